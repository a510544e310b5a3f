import { Button } from '@mantine/core';
import { IconId, IconKey, IconUserOff, IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Failure } from '../../shared/errors.ts';
import type { StaffMember } from '../../shared/model/staff.ts';
import { desk } from '../desk/deskStore.ts';
import { momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { saySaved } from '../lists/said.ts';
import { useSite } from '../lists/site.ts';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import { PinForm } from './PinForm.tsx';

/** One member of staff: a new PIN, a badge, letting them go, taking them back. */
export function MemberSheet(props: {
  readonly member: StaffMember;
  readonly mayKeep: boolean;
  readonly onBadge: () => void;
  readonly onChanged: () => void;
}) {
  const t = useText();
  const failureText = useFailureText();
  const { zone, language, today, operator } = useSite();
  const resetPin = useStationAction('staff.resetPin');
  const letGo = useStationAction('staff.letGo');
  const takeBack = useStationAction('staff.takeBack');
  const [asked, setAsked] = useState<'pin' | 'letGo' | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { member, mayKeep } = props;
  const name = member.name;
  const isOwn = member.id === operator?.id;
  const hasLeft = member.endedAtMs !== null;

  async function leave(): Promise<void> {
    setFailure(null);
    const reply = await letGo.run({ requestId: crypto.randomUUID(), operatorId: member.id });
    setAsked(null);
    if (!reply.ok) return setFailure(reply.error);
    desk.take(reply.value);
    saySaved(t('settings.staff.hasLeft'), name);
    props.onChanged();
  }
  async function comeBack(): Promise<void> {
    setFailure(null);
    const reply = await takeBack.run({ requestId: crypto.randomUUID(), operatorId: member.id });
    if (!reply.ok) return setFailure(reply.error);
    saySaved(t('settings.staff.isBack'), name);
    props.onChanged();
  }

  return (
    <div className={css['form']}>
      <dl className={css['facts']}>
        <div>
          <dt>{t('settings.staff.role')}</dt>
          <dd>{t(`lists.role.${member.role}`)}</dd>
        </div>
        <div>
          <dt>{t('settings.staff.enrolled')}</dt>
          <dd>{momentWords(member.enrolledAtMs, zone, language, today)}</dd>
        </div>
        {member.endedAtMs !== null && (
          <div>
            <dt>{t('settings.staff.left')}</dt>
            <dd>{momentWords(member.endedAtMs, zone, language, today)}</dd>
          </div>
        )}
      </dl>
      {member.waitMs > 0 && (
        <Notice tone="attention">{t('settings.staff.waits', { n: Math.ceil(member.waitMs / 60_000) })}</Notice>
      )}
      {!mayKeep && <p className={css['quiet']}>{t('settings.staff.mayNotKeep')}</p>}
      {mayKeep && asked === 'pin' && (
        <PinForm
          asksFormer={false}
          save={({ fresh }) => resetPin.run({ requestId: crypto.randomUUID(), operatorId: member.id, newPin: fresh })}
          onDone={() => {
            setAsked(null);
            saySaved(t('settings.staff.pinSaved'), name);
            props.onChanged();
          }}
          onCancel={() => setAsked(null)}
        />
      )}
      {mayKeep && asked === 'letGo' && (
        <>
          <Notice tone="attention">{t('settings.staff.letGoWarning', { name })}</Notice>
          <div className={css['buttons']}>
            <Button color="red" onClick={() => void leave()} loading={letGo.isBusy}>
              {t('settings.staff.letGoConfirm')}
            </Button>
            <Button variant="default" onClick={() => setAsked(null)}>
              {t('lists.cancel')}
            </Button>
          </div>
        </>
      )}
      {mayKeep && asked === null && (
        <div className={css['buttons']}>
          {hasLeft ? (
            <Button
              leftSection={<IconUserPlus size="1.125rem" aria-hidden />}
              onClick={() => void comeBack()}
              loading={takeBack.isBusy}
            >
              {t('settings.staff.takeBack')}
            </Button>
          ) : (
            <>
              <Button variant="default" leftSection={<IconId size="1.125rem" aria-hidden />} onClick={props.onBadge}>
                {t('settings.staff.badgePrint')}
              </Button>
              {!isOwn && (
                <Button
                  variant="default"
                  leftSection={<IconKey size="1.125rem" aria-hidden />}
                  onClick={() => setAsked('pin')}
                >
                  {t('settings.staff.pinReset')}
                </Button>
              )}
              <Button
                variant="default"
                leftSection={<IconUserOff size="1.125rem" aria-hidden />}
                onClick={() => setAsked('letGo')}
              >
                {t('settings.staff.letGo')}
              </Button>
            </>
          )}
        </div>
      )}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
    </div>
  );
}
