import { devicesAsync, HIDAsync } from 'node-hid';
import type { FoundDevice, HidLine } from '../../shared/model/gun.ts';
import { textOfScan } from './framing.ts';
import { createHidReader, type HidReading } from './hidReport.ts';
import { type Line, type LineEvents, LineFault } from './line.ts';

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
export async function openHidLine({ path, usb }: HidLine, events: LineEvents): Promise<Line> {
  const scanners = await findHidScanners().catch((error: unknown) => {
    throw new LineFault('failed', error instanceof Error ? error.message : 'unknown');
  });
  const alike = scanners.filter(
    (device) =>
      device.usb?.vendorId === usb.vendorId &&
      device.usb.productId === usb.productId &&
      device.usb.serialNumber === usb.serialNumber,
  );
  const at = (alike.find((device) => device.path === path) ?? alike[0])?.path;
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
  device.on('data', (report: Buffer) => {
    for (const reading of reader.feed(report, performance.now())) tell(reading);
  });
  device.on('error', () => {
    if (isOver) return;
    isOver = true;
    if (reader.drop()) events.onDamaged('unplugged');
    void device.close().catch(() => undefined);
    events.onGone();
  });
  return {
    close: async () => {
      isOver = true;
      await device.close();
    },
  };
}
