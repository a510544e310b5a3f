import { Checkbox, NativeSelect } from '@mantine/core';
import { IconBuildingCommunity, IconCircleCheck, IconCirclePlus, IconMinus } from '@tabler/icons-react';
import type { ImportPreview } from '../../shared/contract/imports.ts';
import { figure } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Paper } from '../lists/Screen.tsx';
import { Mark } from '../lists/StatusMark.tsx';
import { useStation } from '../station.ts';
import { useText } from '../text/index.ts';
import look from './imports.module.css';
import type { ImportFlow } from './useImport.ts';

/** Which organisations the people of a roster will belong to: by a column, or one for the whole file. */
export function Organisations(props: {
  readonly preview: ImportPreview;
  readonly isMapping: boolean;
  readonly flow: ImportFlow;
}) {
  const t = useText();
  const list = useStation('organisations.list', {});
  const { preview, isMapping, flow } = props;
  const { organisations: found } = preview;
  const there = list.data?.organisations ?? [];
  if (found === null && there.length === 0) return null;
  const hasColumn = preview.columns.some(({ field }) => field === 'organisation');
  const chosenId = found?.chosenId ?? null;
  const createUnknown = found?.createsUnknown ?? true;
  const wish = (change: { readonly chosenId?: string | null; readonly createUnknown?: boolean }): void =>
    flow.map({ organisations: { chosenId, createUnknown, ...change } });
  return (
    <Paper title={t('imports.organisations.title')} note={t('imports.organisations.hint')}>
      <div className={look['organisationChoice']}>
        <NativeSelect
          label={t('imports.organisations.whole')}
          leftSection={<IconBuildingCommunity size="1.125rem" aria-hidden />}
          value={chosenId ?? ''}
          disabled={isMapping}
          data={[
            { value: '', label: t(hasColumn ? 'imports.organisations.byColumn' : 'imports.organisations.nowhere') },
            ...there.map(({ organisationId, name }) => ({ value: organisationId, label: name })),
          ]}
          onChange={(event) => wish({ chosenId: event.currentTarget.value || null })}
        />
        {found !== null && found.unknown > 0 && found.createsUnknown !== null && (
          <Checkbox
            label={t('imports.organisations.create', { n: figure(found.unknown) })}
            checked={found.createsUnknown}
            disabled={isMapping}
            onChange={(event) => wish({ createUnknown: event.currentTarget.checked })}
          />
        )}
      </div>
      {found !== null && found.createsUnknown === null && (
        <div className={look['told']}>
          <Notice tone="attention">{t('imports.organisations.tooMany', { n: figure(found.unknown) })}</Notice>
        </div>
      )}
      {found !== null && found.rows.length > 0 && (
        <div className={look['scrolls']}>
          <table className={look['sample']} aria-label={t('imports.organisations.title')}>
            <thead>
              <tr>
                <th scope="col">{t('imports.organisations.name')}</th>
                <th scope="col">{t('imports.organisations.standing')}</th>
                <th scope="col">{t('imports.organisations.people')}</th>
                <th scope="col">{t('imports.organisations.joining')}</th>
              </tr>
            </thead>
            <tbody>
              {found.rows.map(({ organisationId, name, people, joining }, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two names may be shown alike where they are masked
                <tr key={at}>
                  <td className={look['wraps']}>{name}</td>
                  <td>
                    {organisationId !== null ? (
                      <Mark tone="done" icon={IconCircleCheck} word={t('imports.organisations.there')} />
                    ) : found.createsUnknown === true ? (
                      <Mark tone="attention" icon={IconCirclePlus} word={t('imports.organisations.new')} />
                    ) : (
                      <Mark tone="neutral" icon={IconMinus} word={t('imports.organisations.left')} />
                    )}
                  </td>
                  <td>{figure(people)}</td>
                  <td className={css['strong']}>{figure(joining)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {found !== null && found.more > 0 && (
        <p className={css['quiet']}>{t('imports.organisations.more', { n: figure(found.more) })}</p>
      )}
    </Paper>
  );
}
