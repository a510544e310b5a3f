/** The guns' process as a plain child of Node, with real guns in it; told by its first argument to misbehave. */
import type { FromGuns, ToGuns } from '../../../electron/app/gunMessages.ts';
import { createGuns } from '../../../electron/guns/guns.ts';
import { openHidLine } from '../../../electron/guns/hidLine.ts';
import { openSerialLine } from '../../../electron/guns/serialLine.ts';

const send = (message: FromGuns): void => {
  process.send?.(message);
};
const way = process.argv[2];
if (way === 'dies') process.exit(3);

const guns = createGuns({
  open: (line, events, taken) =>
    line.kind === 'serial' ? openSerialLine(line, events, taken) : openHidLine(line, events, taken),
  nowAtMs: () => Date.now(),
  onScan: (scan) => send({ kind: 'scanned', scan }),
  onDamaged: (damage) => send({ kind: 'damaged', damage }),
  onState: (gunId, state) => send({ kind: 'state', gunId, state }),
  log: (event, fields) => send({ kind: 'log', event, fields }),
  retryMs: 20,
});

process.on('message', (message: ToGuns) => {
  if (message.kind === 'set') guns.set(message.guns);
  if (message.kind === 'find') {
    const devices = { serial: [{ path: `pid ${process.pid}`, label: 'one', usb: null }], hid: [] };
    send({ kind: 'found', id: message.id, devices });
  }
});
process.once('disconnect', () => process.exit());
