import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Failure } from '../../shared/errors.ts';
import type { Round } from '../../shared/model/round.ts';
import { desk } from '../desk/deskStore.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';

/** Makes a round the current one, or ends it. */
export function StandingForm(props: {
  readonly round: Round;
  readonly isCurrent: boolean;
  readonly onDone: (roundId: string) => void;
  readonly onCancel: () => void;
}) {
  const t = useText();
  const failureText = useFailureText();
  const choose = useStationAction('rounds.choose');
  const end = useStationAction('rounds.end');
  const [failure, setFailure] = useState<Failure | null>(null);
  const { round, isCurrent } = props;

  async function act(run: typeof choose.run | typeof end.run): Promise<void> {
    setFailure(null);
    const reply = await run({ requestId: crypto.randomUUID(), roundId: round.id });
    if (!reply.ok) return setFailure(reply.error);
    void desk.look();
    props.onDone(round.id);
  }
  return (
    <div className={css['form']}>
      {round.endedAtMs !== null && <Notice tone="neutral">{t('rounds.isEnded')}</Notice>}
      {round.endedAtMs === null && isCurrent && <Notice tone="done">{t('rounds.isNow')}</Notice>}
      {round.endedAtMs === null && !isCurrent && (
        <>
          <p className={css['quiet']}>{t('rounds.chooseHint')}</p>
          <div className={css['buttons']}>
            <Button loading={choose.isBusy} onClick={() => void act(choose.run)}>
              {t('rounds.choose')}
            </Button>
          </div>
        </>
      )}
      {round.endedAtMs === null && (
        <>
          <p className={css['quiet']}>{t('rounds.endHint')}</p>
          <div className={css['buttons']}>
            <Button variant="default" loading={end.isBusy} onClick={() => void act(end.run)}>
              {t('rounds.end')}
            </Button>
          </div>
        </>
      )}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <div className={css['buttons']}>
        <Button variant="subtle" onClick={props.onCancel}>
          {t('lists.close')}
        </Button>
      </div>
    </div>
  );
}
