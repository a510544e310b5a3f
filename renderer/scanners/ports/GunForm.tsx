import { Button, NativeSelect, Radio, Switch, TextInput } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useCallback, useEffect, useState } from 'react';
import type { Failure } from '../../../shared/errors.ts';
import {
  baudRates,
  type FoundDevices,
  type Gun,
  type GunView,
  gunRoles,
  type SerialLine,
  serialEnds,
} from '../../../shared/model/gun.ts';
import css from '../../lists/lists.module.css';
import { Notice } from '../../lists/Notice.tsx';
import { callStation, useFailureText, useStationAction } from '../../station.ts';
import { useText } from '../../text/index.ts';

const usualLine: Omit<SerialLine, 'path' | 'usb'> = {
  kind: 'serial',
  baudRate: 9600,
  dataBits: 8,
  parity: 'none',
  stopBits: 1,
  end: 'line',
  pauseMs: 60,
};
const parities = ['none', 'even', 'odd'] as const;
/** Milliseconds of silence that end a scan. */
const pauses = [30, 60, 100, 200, 500];

/** Adds a gun, or changes one. Devices that are plugged in now are offered; a port's name may be typed too. */
export function GunForm(props: {
  readonly gun: GunView | null;
  /** The names of the other guns. */
  readonly names: readonly string[];
  readonly onDone: () => void;
  readonly onCancel: () => void;
}) {
  const t = useText();
  const failureText = useFailureText();
  const save = useStationAction('guns.save');
  const { gun } = props;
  const [found, setFound] = useState<FoundDevices | null>(null);
  const [line, setLine] = useState<Gun['line'] | null>(gun?.line ?? null);
  const [name, setName] = useState(gun?.name ?? '');
  const [role, setRole] = useState(gun?.role ?? 'any');
  const [isEnabled, setEnabled] = useState(gun?.enabled ?? true);
  const [isTried, setTried] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  const find = useCallback(async () => {
    setFound(null);
    const reply = await callStation('guns.findDevices', {});
    if (reply.ok) setFound(reply.value);
    else setFailure(reply.error);
  }, []);
  useEffect(() => void find(), [find]);

  const serial = found?.serial ?? [];
  const hid = found?.hid ?? [];
  const keyOf = (kind: Gun['line']['kind'], path: string) => `${kind} ${path}`;
  const chosen = line === null ? '' : keyOf(line.kind, line.path);
  const isListed =
    serial.some((each) => keyOf('serial', each.path) === chosen) ||
    hid.some((each) => keyOf('hid', each.path) === chosen);
  const isOther = line?.kind === 'serial' && !isListed;
  const settings = line?.kind === 'serial' ? line : usualLine;
  const setSerial = (change: Partial<SerialLine>): void => {
    if (line?.kind === 'serial') setLine({ ...line, ...change });
  };
  const choose = (value: string): void => {
    const port = serial.find((each) => keyOf('serial', each.path) === value);
    const device = hid.find((each) => keyOf('hid', each.path) === value);
    if (device?.usb != null) setLine({ kind: 'hid', path: device.path, usb: device.usb });
    else setLine({ ...settings, kind: 'serial', path: port?.path ?? '', usb: port?.usb ?? null });
  };

  const nameFault =
    name.trim() === ''
      ? isTried
        ? 'ports.form.nameNeeded'
        : null
      : props.names.includes(name.trim())
        ? 'ports.form.nameTaken'
        : null;
  const hasPath = line !== null && line.path.trim() !== '';
  async function submit(): Promise<void> {
    setTried(true);
    if (line === null || !hasPath || name.trim() === '' || nameFault !== null || save.isBusy) return;
    setFailure(null);
    const reply = await save.run({
      gun: { id: gun?.id ?? crypto.randomUUID(), name: name.trim(), role, enabled: isEnabled, line },
    });
    if (reply.ok) props.onDone();
    else setFailure(reply.error);
  }

  const labelled = (label: string, path: string) => (label === '' ? path : `${label} · ${path}`);
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
      <NativeSelect
        label={t('ports.form.device')}
        withAsterisk
        data-autofocus
        value={isListed ? chosen : isOther ? 'other' : ''}
        onChange={(event) => choose(event.currentTarget.value)}
        error={isTried && line === null ? t('ports.form.pathNeeded') : null}
        description={
          found === null
            ? t('ports.form.looking')
            : serial.length + hid.length === 0 && line === null
              ? t('ports.form.none')
              : null
        }
        data={[
          ...(line === null ? [{ value: '', label: '' }] : []),
          ...(line?.kind === 'hid' && !isListed ? [{ value: chosen, label: line.path }] : []),
          ...serial.map((each) => ({ value: keyOf('serial', each.path), label: labelled(each.label, each.path) })),
          ...hid.map((each) => ({ value: keyOf('hid', each.path), label: labelled(each.label, 'HID') })),
          { value: 'other', label: t('ports.form.other') },
        ]}
      />
      <div>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconRefresh size="1rem" aria-hidden />}
          loading={found === null}
          onClick={() => void find()}
        >
          {t('ports.form.lookAgain')}
        </Button>
      </div>
      {isOther && (
        <TextInput
          label={t('ports.form.path')}
          description={t('ports.form.pathHint')}
          withAsterisk
          maxLength={200}
          value={line.path}
          onChange={(event) => setSerial({ path: event.currentTarget.value })}
          error={isTried && !hasPath ? t('ports.form.pathNeeded') : null}
        />
      )}
      <TextInput
        label={t('ports.form.name')}
        description={t('ports.form.nameHint')}
        withAsterisk
        maxLength={40}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={nameFault === null ? null : t(nameFault)}
      />
      <Radio.Group
        label={t('ports.form.role')}
        value={role}
        onChange={(value) => setRole(gunRoles.find((each) => each === value) ?? 'any')}
      >
        <div className={css['choices']}>
          {gunRoles.map((each) => (
            <Radio key={each} value={each} label={t(`ports.role.${each}`)} description={t(`ports.roleHint.${each}`)} />
          ))}
        </div>
      </Radio.Group>
      <Switch
        label={t('ports.form.enabled')}
        checked={isEnabled}
        onChange={(event) => setEnabled(event.currentTarget.checked)}
      />
      {line?.kind === 'serial' && (
        <fieldset className={css['form']}>
          <legend>{t('ports.form.line')}</legend>
          <p className={css['faint']}>{t('ports.form.lineHint')}</p>
          <div className={css['pair']}>
            <NativeSelect
              label={t('ports.form.baudRate')}
              value={String(line.baudRate)}
              onChange={(event) =>
                setSerial({ baudRate: baudRates.find((rate) => String(rate) === event.currentTarget.value) ?? 9600 })
              }
              data={baudRates.map(String)}
            />
            <NativeSelect
              label={t('ports.form.end')}
              value={line.end}
              onChange={(event) =>
                setSerial({ end: serialEnds.find((end) => end === event.currentTarget.value) ?? 'line' })
              }
              data={serialEnds.map((end) => ({ value: end, label: t(`ports.form.endOf.${end}`) }))}
            />
          </div>
          <div className={css['pair']}>
            <NativeSelect
              label={t('ports.form.dataBits')}
              value={String(line.dataBits)}
              onChange={(event) => setSerial({ dataBits: event.currentTarget.value === '7' ? 7 : 8 })}
              data={['8', '7']}
            />
            <NativeSelect
              label={t('ports.form.parity')}
              value={line.parity}
              onChange={(event) =>
                setSerial({ parity: parities.find((parity) => parity === event.currentTarget.value) ?? 'none' })
              }
              data={parities.map((parity) => ({ value: parity, label: t(`ports.form.parityOf.${parity}`) }))}
            />
          </div>
          <div className={css['pair']}>
            <NativeSelect
              label={t('ports.form.stopBits')}
              value={String(line.stopBits)}
              onChange={(event) => setSerial({ stopBits: event.currentTarget.value === '2' ? 2 : 1 })}
              data={['1', '2']}
            />
            {line.end === 'pause' && (
              <NativeSelect
                label={t('ports.form.pauseMs')}
                value={String(line.pauseMs)}
                onChange={(event) => setSerial({ pauseMs: Number(event.currentTarget.value) })}
                data={[...new Set([...pauses, line.pauseMs])].sort((a, b) => a - b).map(String)}
              />
            )}
          </div>
        </fieldset>
      )}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <div className={css['buttons']}>
        <Button type="submit" loading={save.isBusy}>
          {t('ports.form.save')}
        </Button>
        <Button variant="default" onClick={props.onCancel}>
          {t('lists.cancel')}
        </Button>
      </div>
    </form>
  );
}
