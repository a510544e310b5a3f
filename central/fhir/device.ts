import type { Device } from '@medplum/fhirtypes';
import type { KnownKit } from '../../shared/central/registry.ts';
import type { Binding, KitSnapshot, Place, TestChain } from './life.ts';
import { systems } from './systems.ts';
import { dayOf, idOf, lean, textOf } from './values.ts';

/** How a code reached the desk, in words of the standard (R4, value set udi-entry-type). */
function entryTypeOf(source: string): 'barcode' | 'manual' | 'unknown' {
  if (source === 'gun' || source === 'camera') return 'barcode';
  return source === 'typed' ? 'manual' : 'unknown';
}

/** A GS1 code as it is printed under a barcode: identifiers in parentheses (GS1 General Specifications, 4.14). */
function printedOf(gtin: string, kit: KitSnapshot, expiresOn: string | undefined): string | undefined {
  const expiry = expiresOn === undefined ? '' : `(17)${expiresOn.slice(2).replaceAll('-', '')}`;
  const lot = textOf(kit.lot);
  const serial = textOf(kit.serial);
  return textOf(
    `(01)${gtin}${expiry}${lot === undefined ? '' : `(10)${lot}`}${serial === undefined ? '' : `(21)${serial}`}`,
  );
}

/**
 * The kit. A GS1 code is a UDI; every other code is an identifier of its own kind, and each kit has its canonical key, by
 * which the service knows it.
 * @param status entered-in-error for a kit that turned out not to be this test's
 */
export function kitDeviceOf(
  chain: TestChain,
  binding: Binding,
  kit: KitSnapshot,
  known: KnownKit | null,
  owner: { readonly reference: string },
  status: 'active' | 'entered-in-error',
): Device & { readonly id: string } {
  const isGs1 = kit.codeKind === 'gs1' || kit.codeKind === 'gs1DigitalLink';
  const gtin = isGs1 && /^\d{14}$/.test(kit.gtin ?? '') ? (kit.gtin ?? undefined) : undefined;
  const expiresOn = dayOf(kit.expiresOn ?? known?.expiresOn ?? null);
  const [, kind, code] = /^([a-z]+):([\s\S]+)$/.exec(kit.key) ?? [];
  const ownCode = kind === undefined || kind === 'gs1' ? undefined : textOf(code ?? null);
  const registration = textOf(kit.registrationNumber ?? known?.registrationNumber ?? null);
  const name = textOf(kit.productName) ?? textOf(known?.productName ?? null);
  return lean<Device & { readonly id: string }>({
    resourceType: 'Device',
    id: idOf('kit', chain.testId, kit.key),
    identifier: [
      { system: systems.kit, value: textOf(kit.key) },
      ownCode === undefined ? undefined : { system: `${systems.kit}:${kind}`, value: ownCode },
    ],
    udiCarrier: [
      gtin === undefined
        ? undefined
        : {
            deviceIdentifier: gtin,
            issuer: systems.gs1,
            carrierHRF: printedOf(gtin, kit, dayOf(kit.expiresOn)),
            entryType: entryTypeOf(binding.record.payload.kitSource),
          },
    ],
    status,
    manufacturer: textOf(known?.registrant ?? null),
    expirationDate: expiresOn,
    lotNumber: textOf(kit.lot) ?? textOf(known?.lot ?? null),
    serialNumber: textOf(kit.serial),
    deviceName: [name === undefined ? undefined : { name, type: 'user-friendly-name' }],
    type: { text: '新型冠状病毒抗原检测试剂' },
    property: [
      registration === undefined
        ? undefined
        : {
            type: { text: '医疗器械注册证编号' },
            valueCode: [{ coding: [{ system: systems.registration, code: registration }], text: registration }],
          },
    ],
    owner,
  });
}

/** The workstation that recorded the test. */
export function stationDeviceOf(
  station: Place,
  owner: { readonly reference: string },
): Device & { readonly id: string } {
  const name = textOf(station.name);
  return lean<Device & { readonly id: string }>({
    resourceType: 'Device',
    id: idOf('station', station.id),
    identifier: [{ system: systems.station, value: station.id }],
    status: 'active',
    deviceName: [name === undefined ? undefined : { name, type: 'user-friendly-name' }],
    type: { text: '检测登记工作站' },
    owner,
  });
}
