import { Button } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconLock,
  IconPlugConnectedX,
  IconPlus,
  IconPower,
} from '@tabler/icons-react';
import { type ComponentProps, useState } from 'react';
import { type GunState, type GunView, mostGuns } from '../../../shared/model/gun.ts';
import { useLook } from '../../lists/calls.ts';
import { Awaited, Empty } from '../../lists/Empty.tsx';
import { clockWithSeconds } from '../../lists/formats.ts';
import css from '../../lists/lists.module.css';
import { Notice } from '../../lists/Notice.tsx';
import { Paper } from '../../lists/Screen.tsx';
import { SideSheet } from '../../lists/SideSheet.tsx';
import { Mark } from '../../lists/StatusMark.tsx';
import { may, useSite } from '../../lists/site.ts';
import { useScans } from '../../scan/listeners.ts';
import { useFailureText, useStationAction, useStationEvent } from '../../station.ts';
import { type TextKey, useText } from '../../text/index.ts';
import { GunForm } from './GunForm.tsx';
import { type Last, LastReceived } from './LastReceived.tsx';
import look from './ports.module.css';

const marks: Readonly<Record<GunState, Pick<ComponentProps<typeof Mark>, 'tone' | 'icon'>>> = {
  open: { tone: 'done', icon: IconCircleCheck },
  opening: { tone: 'waiting', icon: IconClock },
  waiting: { tone: 'attention', icon: IconPlugConnectedX },
  busy: { tone: 'attention', icon: IconAlertTriangle },
  denied: { tone: 'refused', icon: IconLock },
  failed: { tone: 'refused', icon: IconCircleX },
  off: { tone: 'neutral', icon: IconPower },
};

type Open = { readonly gun: GunView | null } | null;

/** Guns on lines of their own: which there are, how each is, and what they send. While it is open the desk gets no scans. */
export function PortGuns() {
  const t = useText();
  const { operator } = useSite();
  const looked = useLook('guns.get', {});
  const [open, setOpen] = useState<Open>(null);
  const [last, setLast] = useState<Last | null>(null);
  const [scannedAtMs, setScannedAtMs] = useState<Readonly<Record<string, number>>>({});
  const mayChange = may(operator, 'guns.edit');
  useStationEvent('guns.scanned', (scan) => {
    setLast({ kind: 'scan', scan });
    setScannedAtMs((before) => ({ ...before, [scan.gunId]: scan.atMs }));
  });
  // Trying a gun registers nothing.
  useScans({ onScan: () => undefined, onDamaged: (damage) => setLast({ kind: 'damage', damage }) });

  if (looked.value === undefined) {
    return (
      <Paper fill>
        <Awaited failure={looked.failure} onRetry={looked.again} />
      </Paper>
    );
  }
  const { guns } = looked.value;
  const add = mayChange && (
    <Button
      className={look['add'] ?? ''}
      leftSection={<IconPlus size="1.125rem" aria-hidden />}
      disabled={guns.length >= mostGuns}
      title={guns.length >= mostGuns ? t('ports.most', { most: mostGuns }) : undefined}
      onClick={() => setOpen({ gun: null })}
    >
      {t('ports.add')}
    </Button>
  );
  return (
    <div className={look['ports']}>
      <div className={look['head']}>
        <p className={look['hint']}>{t('ports.hint')}</p>
        {guns.length > 0 && add}
      </div>
      <div className={look['columns']}>
        <Paper fill>
          {guns.length === 0 ? (
            <Empty title={t('ports.emptyTitle')} hint={t(mayChange ? 'ports.emptyHint' : 'ports.emptyForOperator')}>
              {add}
            </Empty>
          ) : (
            <ul className={look['guns']} aria-label={t('ports.title')}>
              {guns.map((gun) => (
                <GunRow
                  key={gun.id}
                  gun={gun}
                  lastScanAtMs={scannedAtMs[gun.id] ?? gun.lastScanAtMs}
                  mayChange={mayChange}
                  onChange={() => setOpen({ gun })}
                  onRemoved={looked.again}
                />
              ))}
            </ul>
          )}
        </Paper>
        <LastReceived last={last} />
      </div>
      <SideSheet
        title={t(open?.gun == null ? 'ports.form.add' : 'ports.form.change')}
        isOpen={open !== null}
        onClose={() => setOpen(null)}
      >
        {open !== null && (
          <GunForm
            gun={open.gun}
            names={guns.filter((gun) => gun.id !== open.gun?.id).map((gun) => gun.name)}
            onDone={() => {
              setOpen(null);
              looked.again();
            }}
            onCancel={() => setOpen(null)}
          />
        )}
      </SideSheet>
    </div>
  );
}

/** What to do about a state; nothing where there is nothing to do. */
const todo = {
  waiting: 'ports.stateHint.waiting',
  busy: 'ports.stateHint.busy',
  denied: 'ports.stateHint.denied',
  failed: 'ports.stateHint.failed',
} as const satisfies Partial<Record<GunState, TextKey>>;

function todoOf(state: GunState): TextKey | null {
  return state in todo ? todo[state as keyof typeof todo] : null;
}

function GunRow(props: {
  readonly gun: GunView;
  readonly lastScanAtMs: number | null;
  readonly mayChange: boolean;
  readonly onChange: () => void;
  readonly onRemoved: () => void;
}) {
  const t = useText();
  const { zone } = useSite();
  const failureText = useFailureText();
  const remove = useStationAction('guns.remove');
  const [isAsked, setAsked] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { gun } = props;
  const hint = todoOf(gun.state);
  const lastScan =
    props.lastScanAtMs === null
      ? t('ports.never')
      : t('ports.lastScan', { clock: clockWithSeconds(props.lastScanAtMs, zone) });
  return (
    <li className={look['gun']} data-gun={gun.name} data-state={gun.state}>
      <div className={look['gunHead']}>
        <span className={look['gunName']}>{gun.name}</span>
        <Mark {...marks[gun.state]} word={t(`ports.state.${gun.state}`)} />
      </div>
      <p className={css['quiet']}>
        {t(`ports.role.${gun.role}`)} · {t(`ports.kindOf.${gun.line.kind}`)}
        {gun.line.kind === 'serial' && ` ${gun.line.path}`} · {lastScan}
      </p>
      {hint !== null && <p className={css['quiet']}>{t(hint)}</p>}
      {problem !== null && <Notice tone="refused">{problem}</Notice>}
      {props.mayChange && (
        <div className={look['gunButtons']}>
          {isAsked ? (
            <>
              <span>{t('ports.removeAsk', { name: gun.name })}</span>
              <Button
                size="xs"
                color="red"
                loading={remove.isBusy}
                onClick={() =>
                  void remove.run({ gunId: gun.id }).then((reply) => {
                    if (reply.ok) props.onRemoved();
                    else setProblem(failureText(reply.error));
                  })
                }
              >
                {t('ports.removeYes')}
              </Button>
              <Button size="xs" variant="default" onClick={() => setAsked(false)}>
                {t('lists.cancel')}
              </Button>
            </>
          ) : (
            <>
              <Button size="xs" variant="default" onClick={props.onChange}>
                {t('ports.change')}
              </Button>
              <Button size="xs" variant="default" onClick={() => setAsked(true)}>
                {t('ports.remove')}
              </Button>
            </>
          )}
        </div>
      )}
    </li>
  );
}
