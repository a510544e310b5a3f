import { Badge, Button, PasswordInput, Radio, TextInput } from '@mantine/core';
import { IconClockHour4, IconId, IconUserPlus } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import { type Operator, type Role, roles, type StaffMember } from '../../shared/model/staff.ts';
import type { Column } from '../lists/CalmTable.tsx';
import { useLook } from '../lists/calls.ts';
import { Awaited, Empty } from '../lists/Empty.tsx';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Paper } from '../lists/Screen.tsx';
import { SideSheet } from '../lists/SideSheet.tsx';
import { may, useSite } from '../lists/site.ts';
import { WholeList } from '../lists/WholeList.tsx';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import { BadgesForm } from './BadgesForm.tsx';
import { checkName, checkPin, nameMost } from './checks.ts';
import { MemberSheet } from './MemberSheet.tsx';
import { ShiftsSheet } from './ShiftsSheet.tsx';
import look from './settings.module.css';

/** Who works here. A new member's badge code is shown once and never again. */
export function StaffTab() {
  const t = useText();
  const { operator } = useSite();
  const looked = useLook('staff.listAll', {});
  const [isEnrolling, setEnrolling] = useState(false);
  const [enrolled, setEnrolled] = useState<Output<'staff.enrol'> | null>(null);
  const [openId, setOpenId] = useState<string | null>(null);
  const [areShiftsShown, setShiftsShown] = useState(false);
  const [badgesOf, setBadgesOf] = useState<readonly Operator[] | null>(null);
  const ownId = operator?.id;

  const columns = useMemo<readonly Column<StaffMember>[]>(
    () => [
      {
        key: 'name',
        heading: t('settings.staff.name'),
        width: 'minmax(12rem, 1fr)',
        sortBy: (row) => row.name,
        cell: (row) => (
          <>
            <span className={css['strong']}>{row.name}</span>{' '}
            {row.id === ownId && (
              <Badge variant="light" size="lg" tt="none" fw={600}>
                {t('settings.staff.you')}
              </Badge>
            )}
            {row.endedAtMs !== null && (
              <Badge variant="light" color="gray" size="lg" tt="none" fw={600}>
                {t('settings.staff.hasLeft')}
              </Badge>
            )}
          </>
        ),
      },
      {
        key: 'role',
        heading: t('settings.staff.role'),
        width: '10rem',
        sortBy: (row) => roles.indexOf(row.role),
        cell: (row) => t(`lists.role.${row.role}`),
      },
      {
        key: 'may',
        heading: t('settings.staff.rights'),
        width: 'minmax(18rem, 2fr)',
        cell: (row) => <span className={css['quiet']}>{t(`settings.staff.roleHint.${row.role}`)}</span>,
      },
    ],
    [t, ownId],
  );
  const textsOf = useCallback((row: StaffMember) => [row.name, t(`lists.role.${row.role}`)], [t]);
  if (looked.value === undefined) {
    return (
      <Paper fill>
        <Awaited failure={looked.failure} onRetry={looked.again} />
      </Paper>
    );
  }
  const enrol = (
    <Button leftSection={<IconUserPlus size="1.125rem" aria-hidden />} onClick={() => setEnrolling(true)}>
      {t('settings.staff.enrol')}
    </Button>
  );
  const { staff, shifts } = looked.value;
  const shown = staff.find(({ id }) => id === openId) ?? null;
  const close = (): void => {
    setEnrolling(false);
    setEnrolled(null);
  };
  return (
    <>
      <WholeList
        label={t('settings.tabs.staff')}
        searchFor={t('settings.staff.name')}
        rows={staff}
        onOpen={(row) => setOpenId(row.id)}
        columns={columns}
        rowKey={(row) => row.id}
        textsOf={textsOf}
        filter={
          <>
            {enrol}
            <Button
              variant="default"
              leftSection={<IconId size="1.125rem" aria-hidden />}
              onClick={() => setBadgesOf(staff.filter((row) => row.endedAtMs === null && mayKeep(operator, row)))}
            >
              {t('settings.staff.badgesPrint')}
            </Button>
            <Button
              variant="default"
              leftSection={<IconClockHour4 size="1.125rem" aria-hidden />}
              onClick={() => setShiftsShown(true)}
            >
              {t('settings.staff.shifts')}
            </Button>
          </>
        }
        hint={t('settings.staff.badgeHint')}
        empty={
          <Empty title={t('settings.staff.empty')} hint={t('settings.staff.emptyHint')}>
            {enrol}
          </Empty>
        }
      />
      <SideSheet title={t('settings.staff.enrol')} isOpen={isEnrolling} onClose={close} mustDecide={enrolled !== null}>
        {enrolled === null ? (
          <EnrolForm
            onCancel={close}
            onDone={(value) => {
              setEnrolled(value);
              looked.again();
            }}
          />
        ) : (
          <BadgeOnce enrolled={enrolled} onKept={close} />
        )}
      </SideSheet>
      <SideSheet title={shown?.name ?? ''} isOpen={shown !== null && badgesOf === null} onClose={() => setOpenId(null)}>
        {shown !== null && (
          <MemberSheet
            key={shown.id}
            member={shown}
            mayKeep={mayKeep(operator, shown)}
            onBadge={() => setBadgesOf([shown])}
            onChanged={looked.again}
          />
        )}
      </SideSheet>
      <SideSheet
        title={t('settings.staff.shifts')}
        isOpen={areShiftsShown}
        onClose={() => setShiftsShown(false)}
        size="40rem"
      >
        <ShiftsSheet shifts={shifts} />
      </SideSheet>
      <SideSheet title={t('settings.staff.badgesTitle')} isOpen={badgesOf !== null} onClose={() => setBadgesOf(null)}>
        {badgesOf !== null && <BadgesForm operators={badgesOf} />}
      </SideSheet>
    </>
  );
}

/** Whom somebody keeps: a supervisor the operators, an administrator everybody. Core decides. */
function mayKeep(operator: Operator | null, whose: Operator): boolean {
  return may(operator, whose.role === 'operator' ? 'staff.keepOperators' : 'staff.keepOthers');
}

function BadgeOnce(props: { readonly enrolled: Output<'staff.enrol'>; readonly onKept: () => void }) {
  const t = useText();
  const { operator, badge } = props.enrolled;
  return (
    <div className={css['form']}>
      <p className={css['sheetUnder']}>{t('settings.staff.badgeFor', { name: operator.name })}</p>
      <code className={look['badge']} data-selectable>
        {badge}
      </code>
      <Notice tone="attention">{t('settings.staff.badgeOnce')}</Notice>
      <div className={css['buttons']}>
        <Button onClick={props.onKept}>{t('settings.staff.badgeKept')}</Button>
      </div>
    </div>
  );
}

function EnrolForm(props: {
  readonly onDone: (enrolled: Output<'staff.enrol'>) => void;
  readonly onCancel: () => void;
}) {
  const t = useText();
  const { operator } = useSite();
  const failureText = useFailureText();
  const enrol = useStationAction('staff.enrol');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('operator');
  const [pin, setPin] = useState('');
  const [again, setAgain] = useState('');
  const [isTried, setTried] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const nameFault = checkName(name);
  const pinFault = checkPin(pin);
  const offered = roles.filter((each) => each === 'operator' || may(operator, 'staff.keepOthers'));

  async function submit(): Promise<void> {
    setTried(true);
    if (nameFault !== null || pinFault !== null || again !== pin || enrol.isBusy) return;
    setFailure(null);
    const reply = await enrol.run({ requestId: crypto.randomUUID(), name: name.trim(), role, pin });
    if (reply.ok) props.onDone(reply.value);
    else setFailure(reply.error);
  }

  const digits = { inputMode: 'numeric', autoComplete: 'off', maxLength: 12 } as const;
  const toggle = { 'aria-label': t('lists.showSecret') };
  return (
    <form
      className={css['form']}
      noValidate
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextInput
        label={t('settings.staff.name')}
        withAsterisk
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={
          failure?.code === 'NAME_TAKEN'
            ? failureText(failure)
            : nameFault === 'tooLong'
              ? t('settings.site.tooLong', { most: nameMost })
              : isTried && nameFault !== null
                ? t('settings.staff.nameNeeded')
                : null
        }
      />
      <Radio.Group
        label={t('settings.staff.role')}
        value={role}
        onChange={(value) => setRole(roles.find((each) => each === value) ?? 'operator')}
      >
        <div className={css['choices']}>
          {offered.map((each) => (
            <Radio
              key={each}
              value={each}
              label={t(`lists.role.${each}`)}
              description={t(`settings.staff.roleHint.${each}`)}
            />
          ))}
        </div>
      </Radio.Group>
      <div className={css['pair']}>
        <PasswordInput
          label={t('settings.staff.pin')}
          description={t('settings.staff.pinHint')}
          withAsterisk
          {...digits}
          visibilityToggleButtonProps={toggle}
          value={pin}
          onChange={(event) => setPin(event.currentTarget.value)}
          error={pinFault !== null && (isTried || pinFault === 'pinEasy') ? t(`settings.staff.${pinFault}`) : null}
        />
        <PasswordInput
          label={t('settings.staff.pinAgain')}
          description={t('settings.staff.pinAgainHint')}
          withAsterisk
          {...digits}
          visibilityToggleButtonProps={toggle}
          value={again}
          onChange={(event) => setAgain(event.currentTarget.value)}
          error={
            again !== pin && (isTried || again.length >= pin.length) && again !== ''
              ? t('settings.staff.pinDiffers')
              : null
          }
        />
      </div>
      {failure !== null && failure.code !== 'NAME_TAKEN' && <Notice tone="refused">{failureText(failure)}</Notice>}
      <div className={css['buttons']}>
        <Button type="submit" loading={enrol.isBusy}>
          {t('settings.staff.enrolSave')}
        </Button>
        <Button variant="default" onClick={props.onCancel}>
          {t('lists.cancel')}
        </Button>
      </div>
    </form>
  );
}
