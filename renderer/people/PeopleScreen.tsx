import { Button } from '@mantine/core';
import { IconCircleCheck, IconCircleDashed, IconFileImport, IconUsers, IconUsersGroup } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { ExportButton } from '../exports/ExportButton.tsx';
import { ImportPanel } from '../imports/ImportPanel.tsx';
import { PastImports } from '../imports/PastImports.tsx';
import { useImport } from '../imports/useImport.ts';
import type { Column } from '../lists/CalmTable.tsx';
import { Empty } from '../lists/Empty.tsx';
import { Found, FoundTail } from '../lists/Found.tsx';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { PagedList, type PagedRow } from '../lists/PagedList.tsx';
import { Screen } from '../lists/Screen.tsx';
import { Mark } from '../lists/StatusMark.tsx';
import { may, useSite } from '../lists/site.ts';
import { addressWords, sexAgeWords } from '../lists/words.ts';
import { listedDocument, shownPhone, useHides } from '../privacy/privacy.ts';
import { useFailureText } from '../station.ts';
import { useText } from '../text/index.ts';
import { CardsButton } from './CardsButton.tsx';
import { DoublesPanel } from './DoublesPanel.tsx';
import { PersonSheet } from './PersonSheet.tsx';

type Row = PagedRow<'people.list'>;

/** Everybody on the roster and everybody registered at the desk; rosters come in here. */
export function PeopleScreen() {
  const t = useText();
  const site = useSite();
  const failureText = useFailureText();
  const roster = useImport('roster');
  const [open, setOpen] = useState<string | null>(null);
  const [showsDoubles, setDoubles] = useState(false);
  const hides = useHides();
  const mayImport = may(site.operator, 'people.import');

  const columns = useMemo<readonly Column<Row>[]>(
    () => [
      {
        key: 'name',
        heading: t('people.name'),
        width: 'minmax(9rem, 1.4fr)',
        cell: (row) => (
          <>
            <span className={css['strong']}>
              <Found isMarked={row.matched.includes('name')}>{row.nameMasked}</Found>
            </span>
            {row.guardianMasked !== null && (
              <span className={css['faint']}> {t('people.guardian', { name: row.guardianMasked })}</span>
            )}
          </>
        ),
      },
      { key: 'sexAge', heading: t('people.sexAge'), width: '8.5rem', cell: (row) => sexAgeWords(t, row) },
      {
        key: 'address',
        heading: t('people.address'),
        width: 'minmax(9rem, 1.2fr)',
        cell: (row) => <Found isMarked={row.matched.includes('address')}>{addressWords(t, row.address)}</Found>,
      },
      {
        key: 'document',
        heading: t('people.document'),
        width: 'minmax(14rem, 1.6fr)',
        cell: (row) =>
          row.documentMasked === null ? (
            <span className={css['faint']}>{t('people.noDocument')}</span>
          ) : (
            <span className={css['quiet']}>
              <FoundTail isMarked={row.matched.includes('document')} text={listedDocument(t, row, hides)} />
            </span>
          ),
      },
      {
        key: 'phone',
        heading: t('people.phone'),
        width: '8.5rem',
        cell: (row) => (
          <span className={css['quiet']}>
            <FoundTail
              isMarked={row.matched.includes('phone')}
              text={shownPhone(t, row.phoneMasked, hides) ?? t('lists.none')}
            />
          </span>
        ),
      },
      {
        key: 'round',
        heading: t('people.thisRound'),
        width: '6.5rem',
        cell: (row) =>
          row.testedThisRound ? (
            <Mark tone="done" icon={IconCircleCheck} word={t('people.tested')} />
          ) : (
            <Mark tone="neutral" icon={IconCircleDashed} word={t('people.notTested')} />
          ),
      },
    ],
    [t, hides],
  );

  const importButton = mayImport && (
    <Button
      leftSection={<IconFileImport size="1.125rem" aria-hidden />}
      onClick={roster.pick}
      loading={roster.isPicking}
    >
      {t('imports.pick.roster')}
    </Button>
  );
  if (roster.state.step !== 'idle') {
    return (
      <Screen title={t('imports.title.roster')}>
        <ImportPanel kind="roster" flow={roster} />
      </Screen>
    );
  }
  if (showsDoubles) return <DoublesPanel onClose={() => setDoubles(false)} />;
  return (
    <Screen
      title={t('people.title')}
      actions={
        <>
          {may(site.operator, 'people.merge') && (
            <Button
              variant="default"
              leftSection={<IconUsersGroup size="1.125rem" aria-hidden />}
              onClick={() => setDoubles(true)}
            >
              {t('people.doubles.open')}
            </Button>
          )}
          {mayImport && <PastImports kind="roster" />}
          {importButton}
        </>
      }
    >
      {roster.pickFailure !== null && <Notice tone="refused">{failureText(roster.pickFailure)}</Notice>}
      <PagedList
        method="people.list"
        label={t('people.title')}
        searchFor={t('people.search')}
        columns={columns}
        rowKey={(row) => row.personId}
        onOpen={(row) => setOpen(row.personId)}
        actions={(query) => (
          <>
            <CardsButton query={query} />
            <ExportButton kind="people" listed={{ query }} />
          </>
        )}
        hint={t('lists.keysOpen')}
        empty={
          <Empty
            title={t('people.empty')}
            hint={`${t('people.emptyHint')} ${mayImport ? t('imports.formats.roster') : ''}`}
            icon={<IconUsers size="2.5rem" stroke={1.4} aria-hidden />}
          >
            {importButton}
          </Empty>
        }
      />
      <PersonSheet personId={open} onClose={() => setOpen(null)} />
    </Screen>
  );
}
