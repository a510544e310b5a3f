import { existsSync } from 'node:fs';
import { SerialPort } from 'serialport';
import type { FoundDevice, SerialLine, Usb } from '../../shared/model/gun.ts';
import { createFramer, type Framed, textOfScan } from './framing.ts';
import { deviceOf, type Line, type LineEvents, LineFault } from './line.ts';

/** The serial ports that the system has now. Ports without a USB device behind them are listed too: some guns use those. */
export async function findSerialPorts(): Promise<FoundDevice[]> {
  const ports = await SerialPort.list();
  return ports.map(({ path, manufacturer, vendorId, productId, serialNumber }) => ({
    path,
    label: manufacturer ?? '',
    usb: usbOf(vendorId, productId, serialNumber),
  }));
}

function usbOf(vendorId: string | undefined, productId: string | undefined, serial: string | undefined): Usb | null {
  const [vendor, product] = [vendorId, productId].map((id) => Number.parseInt(id ?? '', 16));
  if (vendor === undefined || product === undefined || Number.isNaN(vendor) || Number.isNaN(product)) return null;
  return { vendorId: vendor, productId: product, serialNumber: serial ?? null };
}

/** Where the gun is plugged in now: by its USB identity where it has one, so that another port is no other gun. */
async function portOf({ path, usb }: SerialLine, taken: ReadonlySet<string>): Promise<string | null> {
  // Where the system's ports cannot be listed, the port's name has to do.
  const ports = usb === null ? null : await findSerialPorts().catch(() => null);
  if (usb !== null && ports !== null) return deviceOf(ports, path, usb, taken)?.path ?? null;
  // Windows has no file for a port: opening it tells.
  return process.platform === 'win32' || existsSync(path) ? path : null;
}

/** Opens a serial gun. `taken` are the ports of the other guns. Throws LineFault. */
export async function openSerialLine(
  settings: SerialLine,
  events: LineEvents,
  taken: ReadonlySet<string> = new Set(),
): Promise<Line> {
  const path = await portOf(settings, taken);
  if (path === null) throw new LineFault('waiting', 'no such port');
  const { baudRate, dataBits, parity, stopBits } = settings;
  const port = new SerialPort({ path, baudRate, dataBits, parity, stopBits, autoOpen: false, lock: true });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error === null ? resolve() : reject(faultOf(error))));
  });

  const framer = createFramer(settings);
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const tell = (framed: readonly Framed[]): void => {
    for (const one of framed) {
      if (one.kind === 'scan') events.onScan({ text: textOfScan(one.bytes), bytes: one.bytes });
      else events.onDamaged(one.kind);
    }
    clearTimeout(timer);
    const deadlineMs = framer.deadlineMs();
    if (deadlineMs === null) return;
    timer = setTimeout(() => tell(framer.tick(performance.now())), Math.max(1, deadlineMs - performance.now() + 1));
  };
  const gone = (): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    if (framer.drop()) events.onDamaged('unplugged');
    events.onGone();
  };
  port.on('data', (chunk: Buffer) => tell(framer.feed(chunk, performance.now())));
  port.on('close', gone);
  // Reading may fail without the port being closed by itself.
  port.on('error', () => {
    if (port.isOpen) port.close(() => gone());
    else gone();
  });
  return {
    path,
    close: async () => {
      isOver = true;
      clearTimeout(timer);
      if (!port.isOpen) return;
      await new Promise<void>((resolve) => port.close(() => resolve()));
    },
  };
}

/** What the system's words for a port that does not open mean; they differ between systems. */
function faultOf(error: Error): LineFault {
  const { message } = error;
  if (/no such|not found|cannot find|input\/output|ENOENT|ENXIO|ENODEV|EIO/i.test(message))
    return new LineFault('waiting', message);
  if (/lock|busy|in use|EBUSY|temporarily unavailable/i.test(message)) return new LineFault('busy', message);
  // Windows says "Access denied" for a port that another program has.
  if (/access (is )?denied/i.test(message) && process.platform === 'win32') return new LineFault('busy', message);
  if (/permission|denied|EACCES|EPERM/i.test(message)) return new LineFault('denied', message);
  return new LineFault('failed', message);
}
