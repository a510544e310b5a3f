import { Button } from '@mantine/core';
import { IconUser } from '@tabler/icons-react';
import { useState } from 'react';
import { useLook } from '../../lists/calls.ts';
import { Awaited } from '../../lists/Empty.tsx';
import { figure, momentWords } from '../../lists/formats.ts';
import css from '../../lists/lists.module.css';
import { StatusMark } from '../../lists/StatusMark.tsx';
import { useSite } from '../../lists/site.ts';
import { addressWords, sexAgeWords } from '../../lists/words.ts';
import { useText } from '../../text/index.ts';
import look from './trace.module.css';

const pageRows = 50;
const rowsAtMost = 500;

/** The other way: every kit and result of a person, masked, each leading to its kit's trace. */
export function PersonKits(props: {
  readonly personId: string;
  /** The kit beside it. */
  readonly kitKey: string | null;
  readonly onKit: (kitKey: string) => void;
  readonly onPerson: (personId: string) => void;
}) {
  const t = useText();
  const { zone, language, today } = useSite();
  const [limit, setLimit] = useState(pageRows);
  const looked = useLook('people.trace', { personId: props.personId, limit });
  if (looked.value === undefined) return <Awaited failure={looked.failure} onRetry={looked.again} />;
  const { person, rows, total } = looked.value;
  const left = Math.min(total, rowsAtMost) - rows.length;
  return (
    <>
      <div className={look['personTop']}>
        <div>
          <h2 className={css['section']}>{t('trace.person')}</h2>
          <p className={look['personName']}>{person.nameMasked}</p>
          <p className={css['quiet']}>
            {[sexAgeWords(t, person), addressWords(t, person.address), t('trace.personCount', { n: figure(total) })]
              .filter((part) => part !== '')
              .join(' · ')}
          </p>
        </div>
        <Button
          variant="default"
          leftSection={<IconUser size="1.125rem" aria-hidden />}
          onClick={() => props.onPerson(person.personId)}
        >
          {t('trace.openPerson')}
        </Button>
      </div>
      {rows.length === 0 ? (
        <p className={css['quiet']}>{t('trace.personNone')}</p>
      ) : (
        <ol className={look['choices']} aria-label={t('trace.person')}>
          {rows.map((row) => {
            const isThis = row.kitKey === props.kitKey;
            return (
              <li key={row.testId}>
                <button
                  type="button"
                  className={look['used']}
                  aria-current={isThis || undefined}
                  onClick={() => !isThis && props.onKit(row.kitKey)}
                >
                  <span>
                    <b className={look['serial']}>…{row.kitTail}</b>{' '}
                    {isThis && <span className={look['this']}>{t('trace.thisKit')}</span>}
                  </span>
                  <StatusMark status={row.status} />
                  <span className={css['quiet']}>
                    {[row.productName, row.roundName].filter((part) => part !== '').join(' · ')}
                  </span>
                  <time className={css['quiet']}>{momentWords(row.boundAtMs, zone, language, today)}</time>
                </button>
              </li>
            );
          })}
        </ol>
      )}
      {left > 0 && (
        <Button variant="default" onClick={() => setLimit((former) => Math.min(former * 2, rowsAtMost))}>
          {t('trace.more', { n: figure(Math.min(left, rows.length)) })}
        </Button>
      )}
    </>
  );
}
