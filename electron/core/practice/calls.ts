import { type Handlers, look } from '../dispatch.ts';
import { currentRound } from '../rounds/rounds.ts';
import { type Station, signedIn, today } from '../station.ts';
import {
  sampleExpiry,
  sampleKitCode,
  sampleKitCount,
  samplePeopleCount,
  samplePerson,
  sampleProduct,
} from './sample.ts';

/** Codes to practise with where no gun is at hand: the next sample people and kits that were not used yet. */
export const practiceHandlers: Handlers<'practice.codes'> = {
  'practice.codes': look((station) => {
    signedIn(station);
    const product = station.tables.products.findByCode(sampleProduct.gtin);
    if (product === null || !product.isSample) return { people: [], kits: [] };
    return { people: nextPeople(station), kits: nextKits(station, product.id) };
  }),
};

const offered = 3;

function nextPeople(station: Station) {
  const round = currentRound(station);
  const people: { label: string; text: string }[] = [];
  for (let n = 0; n < samplePeopleCount && people.length < offered; n++) {
    const sample = samplePerson(n);
    const [person] = station.tables.people.findByDocument(sample.documentNumber ?? '');
    if (person === undefined) continue;
    if (station.tables.tests.findOfPersonInRound(person.id, round.id) !== null) continue;
    people.push({ label: person.name, text: sample.documentNumber ?? '' });
  }
  return people;
}

function nextKits(station: Station, productId: string) {
  const lot = station.tables.products.findLot(productId, sampleProduct.lot);
  const kits: { label: string; text: string }[] = [];
  for (let n = 1; n <= sampleKitCount && kits.length < offered; n++) {
    const text = sampleKitCode(n, lot?.expiresOn ?? sampleExpiry(today(station)));
    const serial = text.slice(text.indexOf('\u001D') + 3);
    const known = station.tables.kits.findBySerial(productId, serial);
    const { tests, retention } = station.tables;
    if (known === null || tests.findLiveByKit(known.kitKey) !== null) continue;
    if (retention.findSpentDay(known.kitKey) !== null) continue;
    kits.push({ label: serial, text });
  }
  return kits;
}
