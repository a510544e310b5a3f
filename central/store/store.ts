import type { ServiceKey } from '../../handover/serviceKeys.ts';
import type { LatestReply } from '../../shared/central/citizen.ts';
import type { EnrolmentReply, TokenReply } from '../../shared/central/enrolment.ts';
import type { HandoverReply } from '../../shared/central/handover.ts';
import type { SiteItemReceipt } from '../../shared/central/siteItems.ts';
import type { HeadReceipt, HealthReply, KeptHeads, KitReply, StatsReply } from '../../shared/central.ts';
import type { CitizenKey } from '../citizen/keys.ts';
import type { TestChain } from '../fhir/life.ts';
import { type HeadsInput, keepHeads, listHeads } from './auditHeads.ts';
import { findLatest } from './citizens.ts';
import type { Database } from './database.ts';
import { type DownAnswer, readDown } from './down.ts';
import { createDownWatch, type DownWatch } from './downWatch.ts';
import { exchangeCode, nextToken } from './enrolments.ts';
import { type FeedPage, readFeed } from './feed.ts';
import { pinKey } from './handover.ts';
import { type Ingested, type IngestInput, ingest } from './ingest.ts';
import { announce } from './installations.ts';
import { findKit } from './kits.ts';
import { type OwnPage, readOwnRecords } from './ownRecords.ts';
import { type AuthenticatedReader, authenticateReader } from './readers.ts';
import { readEpoch } from './service.ts';
import { type SharedItems, shareItems } from './siteItems.ts';
import { type Authenticated, authenticate, hashOfToken, type StationIdentity } from './stations.ts';
import { countSite } from './stats.ts';
import { type ChainPage, readChains, readChangedChains } from './testChains.ts';
import { readTotals } from './totals.ts';

/** What the routes ask of the database. */
export type Store = {
  readonly kind: HealthReply['store'];
  readonly authenticate: (token: string, nowMs: number) => Promise<Authenticated>;
  readonly exchangeCode: (code: string, nowMs: number) => Promise<EnrolmentReply | null>;
  /** A next token in the place of this one. */
  readonly nextToken: (stationId: string, former: string, nowMs: number) => Promise<TokenReply>;
  readonly authenticateReader: (token: string) => Promise<AuthenticatedReader>;
  readonly readFeed: (cursor: string | null, limit: number) => Promise<FeedPage>;
  readonly readChains: (testIds: readonly string[]) => Promise<readonly TestChain[]>;
  readonly readChangedChains: (cursor: string | null, limit: number) => Promise<ChainPage>;
  /** Stores what can be stored of a batch, all in one transaction, and answers each record in the batch's order. */
  readonly ingest: (input: IngestInput) => Promise<Ingested>;
  readonly announce: (input: Parameters<typeof announce>[1]) => ReturnType<typeof announce>;
  readonly readOwnRecords: (
    stationId: string,
    from: Parameters<typeof readOwnRecords>[2],
    nowMs: number,
  ) => Promise<OwnPage>;
  /** Whether citizens can be looked up here. */
  readonly hasCitizenKeys: boolean;
  readonly findLatest: (documentHmac: Buffer) => Promise<LatestReply>;
  readonly readTotals: (asked: Parameters<typeof readTotals>[1]) => ReturnType<typeof readTotals>;
  readonly findKit: (key: string) => Promise<KitReply>;
  readonly countSite: (siteId: string) => Promise<StatsReply>;
  readonly readEpoch: () => Promise<string>;
  readonly keepHeads: (input: HeadsInput) => Promise<readonly HeadReceipt[]>;
  readonly readDown: (
    station: StationIdentity,
    from: { readonly cursor: string | null; readonly limit: number; readonly nowMs: number },
  ) => Promise<DownAnswer>;
  readonly downWatch: DownWatch;
  readonly shareItems: (input: SharedItems) => Promise<readonly SiteItemReceipt[]>;
  /** To which stations seal hand-over files; null where none are taken. */
  readonly handoverKey: HandoverReply['key'];
  readonly pinKey: (key: Parameters<typeof pinKey>[1]) => Promise<boolean>;
  readonly listHeads: (stationId: string) => Promise<Omit<KeptHeads, 'serverAtMs'>>;
};

/** The store over a migrated database. */
export function createStore(
  database: Database,
  citizenKeys: readonly CitizenKey[] = [],
  handoverKeys: readonly ServiceKey[] = [],
): Store {
  const [newest] = handoverKeys;
  return {
    kind: database.kind,
    authenticate: (token, nowMs) => authenticate(database, token, nowMs),
    exchangeCode: (code, nowMs) => exchangeCode(database, code, nowMs),
    nextToken: (stationId, former, nowMs) => nextToken(database, stationId, hashOfToken(former), nowMs),
    authenticateReader: (token) => authenticateReader(database, token),
    readFeed: (cursor, limit) => readFeed(database, cursor, limit),
    readChains: (testIds) => readChains(database, testIds),
    readChangedChains: (cursor, limit) => readChangedChains(database, cursor, limit),
    ingest: (input) => ingest(database, input, citizenKeys),
    hasCitizenKeys: citizenKeys.length > 0,
    findLatest: (documentHmac) => findLatest(database, citizenKeys, documentHmac),
    announce: (input) => database.transaction((statements) => announce(statements, input)),
    readOwnRecords: (stationId, from, nowMs) => readOwnRecords(database, stationId, from, nowMs),
    readTotals: (asked) => readTotals(database, asked),
    findKit: (key) => findKit(database, key),
    countSite: (siteId) => countSite(database, siteId),
    readEpoch: () => readEpoch(database),
    keepHeads: (input) => keepHeads(database, input),
    readDown: (station, from) => readDown(database, station, from),
    downWatch: createDownWatch(database),
    shareItems: (input) => shareItems(database, input),
    handoverKey: newest === undefined ? null : { id: newest.id, sealing: newest.sealing, signing: newest.signing },
    pinKey: (key) => pinKey(database, key),
    listHeads: (stationId) => listHeads(database, stationId),
  };
}
