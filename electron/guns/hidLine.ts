import { devicesAsync, HIDAsync } from 'node-hid';
import type { FoundDevice, HidLine } from '../../shared/model/gun.ts';
import { textOfScan } from './framing.ts';
import { createHidReader, type HidReading } from './hidReport.ts';
import { deviceOf, type Line, type LineEvents, LineFault } from './line.ts';

/** Bar code scanner (HID Point of Sale Usage Tables). */
const scannerUsagePage = 0x8c;

/**
 * The HID POS scanners that are plugged in now. A gun in keyboard mode is none: it has to be switched over first. Rejects
 * where the system's USB library is missing.
 */
export async function findHidScanners(): Promise<FoundDevice[]> {
  const found = new Map<string, FoundDevice>();
  for (const { path, usagePage, vendorId, productId, serialNumber, manufacturer, product } of await devicesAsync()) {
    if (usagePage !== scannerUsagePage || path === undefined) continue;
    const label = [manufacturer, product].filter((part) => part !== undefined && part !== '').join(' ');
    const serial = serialNumber === undefined || serialNumber === '' ? null : serialNumber;
    found.set(path, { path, label, usb: { vendorId, productId, serialNumber: serial } });
  }
  return [...found.values()];
}

/** Opens a HID POS scanner. Throws LineFault. */
export async function openHidLine(
  { path, usb }: HidLine,
  events: LineEvents,
  taken: ReadonlySet<string> = new Set(),
): Promise<Line> {
  const scanners = await findHidScanners().catch((error: unknown) => {
    throw new LineFault('failed', error instanceof Error ? error.message : 'unknown');
  });
  const at = deviceOf(scanners, path, usb, taken)?.path;
  if (at === undefined) throw new LineFault('waiting', 'no such device');
  let device: HIDAsync;
  try {
    device = await HIDAsync.open(at);
  } catch (error) {
    // The system says only that it could not; on Linux nearly always for want of a rule that lets the user.
    const message = error instanceof Error ? error.message : 'unknown';
    throw new LineFault(process.platform === 'linux' ? 'denied' : 'busy', message);
  }

  const reader = createHidReader();
  let isOver = false;
  const tell = (reading: HidReading): void => {
    if (reading.kind !== 'scan') events.onDamaged(reading.kind);
    else events.onScan({ text: `${reading.symbology ?? ''}${textOfScan(reading.bytes)}`, bytes: reading.bytes });
  };
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    clearTimeout(timer);
    const deadlineMs = reader.deadlineMs();
    if (deadlineMs === null) return;
    timer = setTimeout(
      () => {
        for (const reading of reader.tick(performance.now())) tell(reading);
      },
      Math.max(1, deadlineMs - performance.now() + 1),
    );
  };
  device.on('data', (report: Buffer) => {
    for (const reading of reader.feed(report, performance.now())) tell(reading);
    wait();
  });
  device.on('error', () => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    if (reader.drop()) events.onDamaged('unplugged');
    void device.close().catch(() => undefined);
    events.onGone();
  });
  return {
    path: at,
    close: async () => {
      isOver = true;
      clearTimeout(timer);
      await device.close();
    },
  };
}
