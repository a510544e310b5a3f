/** The entry of the guns' own process: a driver that fails or hangs takes neither the window nor the register with it. */
import type { FoundDevice } from '../../shared/model/gun.ts';
import { createGuns } from '../guns/guns.ts';
import { findHidScanners, openHidLine } from '../guns/hidLine.ts';
import { findSerialPorts, openSerialLine } from '../guns/serialLine.ts';
import { faultFields } from './faults.ts';
import type { FromGuns, ToGuns } from './gunMessages.ts';
import { tellOnlyWhere } from './lastResort.ts';

const port = process.parentPort;

function send(message: FromGuns): void {
  port.postMessage(message);
}

const guns = createGuns({
  open: (line, events, taken) =>
    line.kind === 'serial' ? openSerialLine(line, events, taken) : openHidLine(line, events, taken),
  nowAtMs: () => Date.now(),
  onScan: (scan) => send({ kind: 'scanned', scan }),
  onDamaged: (damage) => send({ kind: 'damaged', damage }),
  onState: (gunId, state) => send({ kind: 'state', gunId, state }),
  log: (event, fields) => send({ kind: 'log', event, fields }),
  retryMs: 1_000,
});

/** One sort of device that cannot be looked for must not hide the other. */
async function found(find: () => Promise<FoundDevice[]>): Promise<FoundDevice[]> {
  try {
    return await find();
  } catch (error) {
    send({ kind: 'log', event: 'guns.notFound', fields: faultFields(error) });
    return [];
  }
}

async function heard(message: ToGuns): Promise<void> {
  switch (message.kind) {
    case 'set':
      guns.set(message.guns);
      return;
    case 'find':
      send({
        kind: 'found',
        id: message.id,
        devices: { serial: await found(findSerialPorts), hid: await found(findHidScanners) },
      });
      return;
    case 'close':
      await guns.close();
      process.exit(0);
  }
}

tellOnlyWhere(process, (fields) => send({ kind: 'log', event: 'guns.bug', fields }));

port.on('message', ({ data }: { data: ToGuns }) => {
  heard(data).catch((error: unknown) => {
    send({ kind: 'log', event: 'guns.bug', fields: faultFields(error) });
    setTimeout(() => process.exit(70), 50);
  });
});
