import type { KnownKit } from '../../shared/central/registry.ts';
import type { CentralRecord } from '../../shared/central.ts';

type Of<K extends CentralRecord['kind']> = Extract<CentralRecord, { readonly kind: K }>;
export type Place = { readonly id: string; readonly name: string };
/** `station`: the one that recorded it; a site's stations read for one another. */
type Stamped<R> = { readonly record: R; readonly receivedAtMs: number; readonly station: Place };

/** A test with all that the service holds of it. */
export type TestChain = {
  readonly testId: string;
  readonly site: Place;
  /** Where it was bound. */
  readonly station: Place;
  /** By seq; the first is the binding. */
  readonly records: readonly Stamped<CentralRecord>[];
  /** Another test holds the same kit, or two stations read it differently: nothing of it is settled. */
  readonly isContested: boolean;
  /** What the registry knows of the kit that the test holds now. */
  readonly known: KnownKit | null;
};

export type Binding = Stamped<Of<'test.bound'>>;
export type Reading = Stamped<Of<'test.resulted'>>;
export type KitChange = Stamped<Of<'test.kitCorrected'>>;
export type Voiding = Stamped<Of<'test.voided'>>;
export type Step = Binding | Reading | KitChange | Voiding;
export type KitSnapshot = Of<'test.bound'>['payload']['kit'];

/** A test after some of its steps. */
export type Moment = {
  readonly kit: KitSnapshot;
  readonly reading: Reading | null;
  readonly voided: Voiding | null;
  /** Something that had been given out was put right. */
  readonly isCorrected: boolean;
};

export type Life = {
  readonly binding: Binding;
  /** Each step that counts, with the test before and after it; before its binding there is none. */
  readonly steps: readonly { readonly step: Step; readonly before: Moment | null; readonly after: Moment }[];
  readonly now: Moment;
};

/**
 * What became of a test, by the rules of ingest (`central/ingest/decide.ts`): of results the highest revision counts, a
 * void is final and what comes after it is kept and changes nothing but the kit. Throws where the binding is missing.
 */
export function lifeOf({ records }: TestChain): Life {
  const [first] = records;
  if (first?.record.kind !== 'test.bound') throw new Error('a test without its binding');
  const binding: Binding = { ...first, record: first.record };
  let now: Moment = { kit: first.record.payload.kit, reading: null, voided: null, isCorrected: false };
  const steps: { step: Step; before: Moment | null; after: Moment }[] = [{ step: binding, before: null, after: now }];
  for (const { record, ...stamp } of records.slice(1)) {
    const before = now;
    if (record.kind === 'test.kitCorrected') {
      now = { ...now, kit: record.payload.kit, isCorrected: now.isCorrected || now.reading !== null };
      steps.push({ step: { record, ...stamp }, before, after: now });
    } else if (record.kind === 'test.voided' && now.voided === null) {
      now = { ...now, voided: { record, ...stamp } };
      steps.push({ step: { record, ...stamp }, before, after: now });
    } else if (record.kind === 'test.resulted' && now.voided === null) {
      const former = now.reading?.record.payload.revision ?? 0;
      if (record.payload.revision < former) continue;
      const isCorrected = now.isCorrected || now.reading !== null || record.payload.revision > 1;
      now = { ...now, reading: { record, ...stamp }, isCorrected };
      steps.push({ step: { record, ...stamp }, before, after: now });
    }
  }
  return { binding, steps, now };
}
