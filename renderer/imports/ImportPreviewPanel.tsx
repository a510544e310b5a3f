import { Button, NativeSelect } from '@mantine/core';
import { IconArrowRight, IconDeviceFloppy, IconFileImport } from '@tabler/icons-react';
import { useState } from 'react';
import type { ImportPreview } from '../../shared/contract/imports.ts';
import type { Failure } from '../../shared/errors.ts';
import { importFaultText, importNotes } from '../../shared/importFaults.ts';
import { figure } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Paper } from '../lists/Screen.tsx';
import { useSite } from '../lists/site.ts';
import { useFailureText, useStationAction } from '../station.ts';
import { type Text, useText } from '../text/index.ts';
import { fieldWord, fieldWords } from './fieldWords.ts';
import { toWrite } from './importFlow.ts';
import look from './imports.module.css';
import { Organisations } from './Organisations.tsx';
import type { ImportFlow, ImportKind } from './useImport.ts';

const delimiters = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' } as const;
/** Notes that ask for a look; the others only tell what was done. */
const warnings: ReadonlySet<string> = new Set(['encodingDoubtful', 'headingDoubtful', 'formulasWithoutValue']);
const shownFaults = 12;
const shownChanges = 12;

/** What a file would bring, before anything is written. */
export function ImportPreviewPanel(props: {
  readonly kind: ImportKind;
  readonly preview: ImportPreview;
  readonly isMapping: boolean;
  readonly mapFailure: Failure | null;
  readonly flow: ImportFlow;
}) {
  const t = useText();
  const failureText = useFailureText();
  const { kind, preview, flow, isMapping, mapFailure } = props;
  const { counts, missing } = preview;
  const n = missing.length > 0 ? 0 : toWrite(counts);
  const joining = missing.length > 0 ? 0 : (counts.joining ?? 0);
  return (
    <>
      <Paper>
        <div className={look['previewHead']}>
          <div className={look['previewWords']}>
            <p className={look['workingTitle']}>{t('imports.preview')}</p>
            <p className={look['fileName']}>{fileWords(t, preview)}</p>
          </div>
          {preview.sheets.length > 1 && (
            <NativeSelect
              className={look['sheetChoice']}
              label={t('imports.sheet')}
              value={preview.sheet ?? ''}
              data={[...preview.sheets]}
              disabled={isMapping}
              onChange={(event) => flow.map({ sheet: event.currentTarget.value })}
            />
          )}
          <div className={css['buttons']}>
            <Button variant="default" onClick={flow.stop}>
              {t('imports.discard')}
            </Button>
            {n + joining > 0 && (
              <Button
                leftSection={<IconFileImport size="1.125rem" aria-hidden />}
                onClick={flow.commit}
                loading={isMapping}
                autoFocus
              >
                {n > 0
                  ? t(`imports.commit.${kind}`, { n: figure(n) })
                  : t('imports.organisations.commit', { n: figure(joining) })}
              </Button>
            )}
          </div>
        </div>
        <dl className={look['counts']}>
          {(['rows', 'fresh', 'changed', 'same', 'doubled', 'faulty'] as const).map((key) => (
            <div key={key} data-tone={counts[key] === 0 ? 'zero' : key === 'faulty' ? 'refused' : undefined}>
              <dt>{t(`imports.counts.${key}`)}</dt>
              <dd>{figure(counts[key])}</dd>
            </div>
          ))}
          {counts.joining !== undefined && (
            <div data-tone={counts.joining === 0 ? 'zero' : undefined}>
              <dt>{t('imports.counts.joining')}</dt>
              <dd>{figure(counts.joining)}</dd>
            </div>
          )}
        </dl>
      </Paper>
      {mapFailure !== null && <Notice tone="refused">{failureText(mapFailure)}</Notice>}
      {missing.length > 0 && (
        <Notice tone="attention">
          {t('imports.missing', { fields: fieldWords(t, missing).join(t('imports.and')) })}
        </Notice>
      )}
      {missing.length === 0 && n + joining === 0 && (
        <Notice tone="attention">
          {t('imports.nothingToWrite')} {t('imports.nothingToWriteHint')}
        </Notice>
      )}
      <Notes preview={preview} />
      {counts.faulty > 0 && <Faults kind={kind} preview={preview} />}
      <Columns preview={preview} isMapping={isMapping} flow={flow} />
      {kind === 'roster' && missing.length === 0 && (
        <Organisations preview={preview} isMapping={isMapping} flow={flow} />
      )}
      {preview.changes.length > 0 && <Changes preview={preview} />}
      {preview.sample.length > 0 && <Sample preview={preview} />}
    </>
  );
}

function fileWords(t: Text, preview: ImportPreview): string {
  const { delimiter, encoding, fileName, format, headingLine, sheet } = preview;
  const name = Object.hasOwn(delimiters, delimiter)
    ? t(`imports.delimiterName.${delimiters[delimiter as keyof typeof delimiters]}`)
    : delimiter;
  const how =
    format === 'xlsx'
      ? [t('imports.workbook'), `${t('imports.sheet')} ${sheet ?? ''}`]
      : [`${t('imports.encoding')} ${encoding.toUpperCase()}`, `${t('imports.delimiter')} ${name}`];
  const heading = headingLine === null || headingLine === 1 ? [] : [t('imports.headingLine', { line: headingLine })];
  return [fileName, ...how, ...heading].join(' · ');
}

function Notes(props: { readonly preview: ImportPreview }) {
  const t = useText();
  const worded = props.preview.notes.flatMap(({ code, params }) => {
    const known = importNotes.find((each) => each === code);
    return known === undefined ? [] : [{ code, text: t(`imports.notes.${known}`, params) }];
  });
  const asked = worded.filter(({ code }) => warnings.has(code));
  const told = worded.filter(({ code }) => !warnings.has(code));
  return (
    <>
      {asked.map(({ code, text }) => (
        <Notice key={`${code} ${text}`} tone="attention">
          {text}
        </Notice>
      ))}
      {told.length > 0 && (
        <Notice tone="neutral">
          <ul className={look['notes']}>
            {told.map(({ code, text }) => (
              <li key={code}>{text}</li>
            ))}
          </ul>
        </Notice>
      )}
    </>
  );
}

/** Which column holds what, as it was found; each can be chosen by hand. */
function Columns(props: { readonly preview: ImportPreview; readonly isMapping: boolean; readonly flow: ImportFlow }) {
  const t = useText();
  const { preview, isMapping, flow } = props;
  const { columns, fields } = preview;
  const options = [
    { value: '', label: t('imports.columnUnused') },
    ...fields.map((field) => ({ value: field, label: fieldWord(t, field) })),
  ];
  function choose(index: number, value: string): void {
    const field = value === '' ? null : value;
    // A field stands in one column: the one that had it gives it up.
    flow.map({
      fields: columns.map((column, at) => (at === index ? field : column.field === field ? null : column.field)),
    });
  }
  return (
    <Paper title={t('imports.columns')} note={t('imports.mapHint')}>
      <ul className={look['columns']}>
        {columns.map(({ heading, field, by, examples }, index) => {
          const name = heading === '' ? t('imports.column', { n: index + 1 }) : heading;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: two columns of a file may carry the same heading, and never move
            <li key={index} data-unused={field === null || undefined}>
              <div className={look['columnHead']}>
                <span className={css['strong']}>{name}</span>
                <IconArrowRight className={look['arrow']} size="1rem" aria-hidden />
                <NativeSelect
                  className={look['columnField']}
                  aria-label={name}
                  value={field ?? ''}
                  data={options}
                  disabled={isMapping}
                  onChange={(event) => choose(index, event.currentTarget.value)}
                />
              </div>
              <span className={css['faint']}>
                {[
                  ...(by === null ? [] : [t(`imports.by.${by}`)]),
                  examples.join(t('imports.and')) || t('lists.none'),
                ].join(' · ')}
              </span>
            </li>
          );
        })}
      </ul>
    </Paper>
  );
}

function Changes(props: { readonly preview: ImportPreview }) {
  const t = useText();
  const { changes, counts } = props.preview;
  return (
    <Paper title={t('imports.changes')} note={t('imports.changesHint')}>
      <div className={look['scrolls']}>
        <table className={look['sample']} aria-label={t('imports.changes')}>
          <thead>
            <tr>
              <th scope="col">{t('imports.faultLine')}</th>
              <th scope="col">{t('imports.fields.name')}</th>
              <th scope="col">{t('imports.faultColumn')}</th>
              <th scope="col">{t('imports.before')}</th>
              <th scope="col">{t('imports.after')}</th>
            </tr>
          </thead>
          <tbody>
            {changes.slice(0, shownChanges).flatMap(({ line, nameMasked, differences }) =>
              differences.map(({ field, before, after }, at) => (
                <tr key={`${line} ${field}`}>
                  <td>{at === 0 ? line : ''}</td>
                  <td>{at === 0 ? nameMasked : ''}</td>
                  <td>{fieldWord(t, field)}</td>
                  <td className={css['quiet']}>{before || t('lists.none')}</td>
                  <td className={css['strong']}>{after || t('lists.none')}</td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      </div>
      {counts.changed > shownChanges && (
        <p className={css['quiet']}>
          {t('imports.changesMore', { shown: shownChanges, total: figure(counts.changed) })}
        </p>
      )}
    </Paper>
  );
}

function Sample(props: { readonly preview: ImportPreview }) {
  const t = useText();
  const { columns, sample } = props.preview;
  const fields = columns.flatMap(({ field }) => (field === null ? [] : [field]));
  if (fields.length === 0) return null;
  return (
    <Paper title={t('imports.sample')} note={t('imports.sampleHint')}>
      <div className={look['scrolls']}>
        <table className={look['sample']} aria-label={t('imports.sample')}>
          <thead>
            <tr>
              {fields.map((field) => (
                <th key={field} scope="col">
                  {fieldWord(t, field)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sample.slice(0, 8).map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a file have no name but their place
              <tr key={index}>
                {fields.map((field) => (
                  <td key={field}>{row[field] || t('lists.none')}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Paper>
  );
}

function Faults(props: { readonly kind: ImportKind; readonly preview: ImportPreview }) {
  const t = useText();
  const site = useSite();
  const failureText = useFailureText();
  const pickSave = useStationAction('files.pickSave');
  const saveFaults = useStationAction('imports.saveFaults');
  const [saved, setSaved] = useState<{ readonly rows: number; readonly path: string } | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { preview, kind } = props;

  async function save(): Promise<void> {
    setFailure(null);
    const place = await pickSave.run({ suggestedName: t(`imports.faultFileName.${kind}`) });
    if (!place.ok) {
      if (place.error.code !== 'CANCELLED') setFailure(place.error);
      return;
    }
    const reply = await saveFaults.run({ importId: preview.importId, path: place.value.path, language: site.language });
    if (reply.ok) setSaved(reply.value);
    else setFailure(reply.error);
  }

  return (
    <Paper title={t('imports.faults')} note={t('imports.saveFaultsHint')}>
      <div className={look['scrolls']}>
        <table className={look['sample']} aria-label={t('imports.faults')}>
          <thead>
            <tr>
              <th scope="col">{t('imports.faultLine')}</th>
              <th scope="col">{t('imports.faultColumn')}</th>
              <th scope="col">{t('imports.faultReason')}</th>
            </tr>
          </thead>
          <tbody>
            {preview.faults.slice(0, shownFaults).map((fault) => (
              <tr key={`${fault.line} ${fault.code} ${fault.column}`}>
                <td>{fault.line}</td>
                <td>{fault.column === '' ? t('lists.none') : fieldWord(t, fault.column)}</td>
                <td className={look['wraps']}>{importFaultText(fault.code, fault.params, site.language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className={look['stop']}>
        <Button
          variant="default"
          leftSection={<IconDeviceFloppy size="1.125rem" aria-hidden />}
          onClick={() => void save()}
          loading={pickSave.isBusy || saveFaults.isBusy}
        >
          {t('imports.saveFaults')}
        </Button>
        {preview.counts.faulty > shownFaults && (
          <span className={css['quiet']}>
            {t('imports.faultsMore', { shown: shownFaults, total: figure(preview.counts.faulty) })}
          </span>
        )}
      </div>
      <div className={look['told']}>
        {saved !== null && (
          <Notice tone="done">{t('imports.faultsSaved', { rows: figure(saved.rows), path: saved.path })}</Notice>
        )}
        {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      </div>
    </Paper>
  );
}
