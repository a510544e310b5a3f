import { Button } from '@mantine/core';
import { IconRoute } from '@tabler/icons-react';
import { useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import { traceKit } from '../kits/trace/traced.ts';
import { useLook } from '../lists/calls.ts';
import { Awaited } from '../lists/Empty.tsx';
import { clockOf } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { SideSheet } from '../lists/SideSheet.tsx';
import { CentralMark, StatusMark } from '../lists/StatusMark.tsx';
import { useSite } from '../lists/site.ts';
import { addressWords, sexAgeWords } from '../lists/words.ts';
import { listedDocument, useHides } from '../privacy/privacy.ts';
import { useText } from '../text/index.ts';
import { ReviseForm } from './ReviseForm.tsx';
import { SlipPart } from './SlipForm.tsx';
import { TestHistory } from './TestHistory.tsx';
import { UploadList } from './UploadList.tsx';
import { VoidForm } from './VoidForm.tsx';

/** One test with its whole history. Corrections are made here, each with its reason. */
export function TestSheet(props: {
  readonly testId: string | null;
  readonly onClose: () => void;
  /** Goes to another test: the one it repeats, or its re-test. */
  readonly onOpen: (testId: string) => void;
}) {
  const t = useText();
  return (
    <SideSheet title={t('results.drawer')} isOpen={props.testId !== null} onClose={props.onClose} size="36rem">
      {props.testId !== null && <Loaded key={props.testId} testId={props.testId} onOpen={props.onOpen} />}
    </SideSheet>
  );
}

function Loaded(props: { readonly testId: string; readonly onOpen: (testId: string) => void }) {
  const looked = useLook('tests.get', { testId: props.testId });
  if (looked.value === undefined) return <Awaited failure={looked.failure} onRetry={looked.again} />;
  return <TestDetail detail={looked.value} onOpen={props.onOpen} onChanged={looked.again} />;
}

function TestDetail(props: {
  readonly detail: Output<'tests.get'>;
  readonly onOpen: (testId: string) => void;
  readonly onChanged: () => void;
}) {
  const t = useText();
  const site = useSite();
  const hides = useHides();
  const [doing, setDoing] = useState<'revise' | 'void' | null>(null);
  const { detail, onOpen } = props;
  const { test } = detail;
  const isOver = test.status === 'void' || test.status === 'undone';
  const done = (): void => {
    setDoing(null);
    props.onChanged();
  };
  return (
    <>
      <div>
        <div className={css['sheetTop']}>
          <p className={css['sheetName']}>{test.person.nameMasked}</p>
          <span className={css['sheetStatus']}>
            <StatusMark status={test.status} />
          </span>
        </div>
        <p className={css['sheetUnder']}>
          {[sexAgeWords(t, test.person), addressWords(t, test.person.address), listedDocument(t, test.person, hides)]
            .filter((part) => part !== '')
            .join(' · ')}
        </p>
      </div>
      <dl className={css['facts']}>
        <dt>{t('results.kit')}</dt>
        <dd>{[test.kit.productName, test.kit.method].filter(Boolean).join(' ')}</dd>
        <dt>{t('results.serial')}</dt>
        <dd>{test.kit.serial}</dd>
        <dt>{t('results.lot')}</dt>
        <dd>
          {test.kit.lot ?? t('lists.unknown')} · {t('results.expires')} {test.kit.expiresOn ?? t('lists.unknown')}
        </dd>
        <dt>{t('results.window')}</dt>
        <dd>
          {test.opensAtMs === null || test.closesAtMs === null
            ? t('results.windowUnset')
            : t('results.windowOpen', {
                from: clockOf(test.opensAtMs, site.zone),
                to: clockOf(test.closesAtMs, site.zone),
              })}
        </dd>
        <dt>{t('results.central')}</dt>
        <dd>
          <CentralMark state={test.central} />
          <div className={css['faint']}>{t(`results.centralHint.${test.central}`)}</div>
        </dd>
      </dl>
      {test.kit.warnings.length > 0 && (
        <Notice tone="attention">
          {test.kit.warnings.map((warning) => (
            <p key={warning.code}>{t(`results.warning.${warning.code}`, warning.params)}</p>
          ))}
        </Notice>
      )}
      <div className={css['sheetPart']}>
        <h3 className={css['section']}>{t('results.history')}</h3>
        <TestHistory detail={detail} />
      </div>
      <Uploads uploads={detail.uploads} />
      <div className={css['buttons']}>
        <Button
          variant="default"
          leftSection={<IconRoute size="1.125rem" aria-hidden />}
          onClick={() => traceKit(test.kit.kitKey)}
        >
          {t('trace.open')}
        </Button>
      </div>
      {(test.retestOf !== null || detail.retests.length > 0) && (
        <div className={css['buttons']}>
          {test.retestOf !== null && <Link testId={test.retestOf} word={t('results.openFirst')} onOpen={onOpen} />}
          {detail.retests.map((testId) => (
            <Link key={testId} testId={testId} word={t('results.openRetest')} onOpen={onOpen} />
          ))}
        </div>
      )}
      {site.operator !== null && <SlipPart testId={test.testId} status={test.status} />}
      {!isOver && (
        <div className={css['sheetPart']}>
          {doing === 'revise' && <ReviseForm test={test} onDone={done} onCancel={() => setDoing(null)} />}
          {doing === 'void' && <VoidForm test={test} onDone={done} onCancel={() => setDoing(null)} />}
          {doing === null &&
            (site.operator === null ? (
              <p className={css['quiet']}>{t('results.signInFirst')}</p>
            ) : (
              <div className={css['buttons']}>
                {test.result !== null && (
                  <Button variant="default" onClick={() => setDoing('revise')}>
                    {t('results.revise')}
                  </Button>
                )}
                <Button variant="default" onClick={() => setDoing('void')}>
                  {t('results.voidAction')}
                </Button>
              </div>
            ))}
        </div>
      )}
    </>
  );
}

function Uploads(props: { readonly uploads: Output<'tests.get'>['uploads'] }) {
  const t = useText();
  if (props.uploads.length === 0) return null;
  return (
    <div className={css['sheetPart']}>
      <h3 className={css['section']}>{t('results.uploads')}</h3>
      <UploadList uploads={props.uploads} />
    </div>
  );
}

function Link(props: { readonly testId: string; readonly word: string; readonly onOpen: (testId: string) => void }) {
  return (
    <Button variant="subtle" onClick={() => props.onOpen(props.testId)}>
      {props.word}
    </Button>
  );
}
