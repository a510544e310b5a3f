import { Button } from '@mantine/core';
import { IconArrowRight, IconDeviceFloppy, IconFileImport } from '@tabler/icons-react';
import { useState } from 'react';
import { maskDocument, maskPhone } from '../../shared/codes/mask.ts';
import type { ImportPreview } from '../../shared/contract/imports.ts';
import type { Failure } from '../../shared/errors.ts';
import { importFaultText } from '../../shared/importFaults.ts';
import { figure } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Paper } from '../lists/Screen.tsx';
import { useSite } from '../lists/site.ts';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import { fieldWord } from './fieldWords.ts';
import { toWrite } from './importFlow.ts';
import look from './imports.module.css';
import type { ImportFlow, ImportKind } from './useImport.ts';

/** Numbers are shown in part only, here as everywhere. */
function shownCell(field: string, text: string): string {
  if (field === 'documentNumber') return maskDocument(text);
  return field === 'phone' ? maskPhone(text) : text;
}

const delimiters = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' } as const;

/** What a file would bring, before anything is written. */
export function ImportPreviewPanel(props: {
  readonly kind: ImportKind;
  readonly preview: ImportPreview;
  readonly flow: ImportFlow;
}) {
  const t = useText();
  const { kind, preview, flow } = props;
  const { counts } = preview;
  const n = toWrite(counts);
  const delimiter = Object.hasOwn(delimiters, preview.delimiter)
    ? t(`imports.delimiterName.${delimiters[preview.delimiter as keyof typeof delimiters]}`)
    : preview.delimiter;
  return (
    <>
      <Paper>
        <div className={look['previewHead']}>
          <div className={look['previewWords']}>
            <p className={look['workingTitle']}>{t('imports.preview')}</p>
            <p className={look['fileName']}>
              {preview.fileName} · {t('imports.encoding')} {preview.encoding.toUpperCase()} · {t('imports.delimiter')}{' '}
              {delimiter}
            </p>
          </div>
          <div className={css['buttons']}>
            <Button variant="default" onClick={flow.stop}>
              {t('imports.discard')}
            </Button>
            {n > 0 && (
              <Button leftSection={<IconFileImport size="1.125rem" aria-hidden />} onClick={flow.commit} autoFocus>
                {t(`imports.commit.${kind}`, { n: figure(n) })}
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
        </dl>
      </Paper>
      {n === 0 && (
        <Notice tone="attention">
          {t('imports.nothingToWrite')} {t('imports.nothingToWriteHint')}
        </Notice>
      )}
      {counts.faulty > 0 && <Faults kind={kind} preview={preview} />}
      <Paper title={t('imports.columns')}>
        <ul className={look['columns']}>
          {preview.columns.map(({ heading, field }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two columns of a file may carry the same heading, and never move
            <li key={index} data-unused={field === null || undefined}>
              <span>{heading === '' ? t('lists.none') : heading}</span>
              <IconArrowRight className={look['arrow']} size="1rem" aria-hidden />
              <span className={field === null ? undefined : css['strong']}>
                {field === null ? t('imports.columnUnused') : fieldWord(t, field)}
              </span>
            </li>
          ))}
        </ul>
      </Paper>
      {preview.sample.length > 0 && <Sample preview={preview} />}
    </>
  );
}

function Sample(props: { readonly preview: ImportPreview }) {
  const t = useText();
  const { columns, sample } = props.preview;
  const fields = columns.flatMap(({ field }) => (field === null ? [] : [field]));
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
                  <td key={field}>{shownCell(field, row[field] ?? '') || t('lists.none')}</td>
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
            {preview.faults.slice(0, 12).map((fault) => (
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
        {preview.counts.faulty > 12 && (
          <span className={css['quiet']}>
            {t('imports.faultsMore', { shown: 12, total: figure(preview.counts.faulty) })}
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
