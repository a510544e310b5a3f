import { auditTable } from './audit.ts';
import { auditHeadsTable } from './auditHeads.ts';
import { conflictsTable } from './conflicts.ts';
import { consentsTable } from './consents.ts';
import { deskTable } from './desk.ts';
import { downTable } from './down.ts';
import { followUpsTable } from './followUps.ts';
import { handoverTable } from './handover.ts';
import { importsTable } from './imports.ts';
import { kitsTable } from './kits.ts';
import { mergesTable } from './merges.ts';
import type { Register } from './open.ts';
import { operatorsTable } from './operators.ts';
import { organisationsTable } from './organisations.ts';
import { outboxTable } from './outbox.ts';
import { papersTable } from './papers.ts';
import { patternsTable } from './patterns.ts';
import { peopleTable } from './people.ts';
import { productsTable } from './products.ts';
import { recallsTable } from './recalls.ts';
import { repairsTable } from './repairs.ts';
import { requestsTable } from './requests.ts';
import { retentionTable } from './retention.ts';
import { roundsTable } from './rounds.ts';
import { servedKitsTable } from './servedKits.ts';
import { settingsTable } from './settings.ts';
import { shiftsTable } from './shifts.ts';
import { siblingsTable } from './siblings.ts';
import { slipsTable } from './slips.ts';
import { stickersTable } from './stickers.ts';
import { stockTable } from './stock.ts';
import { summaryQueries } from './summary.ts';
import { testsTable } from './tests.ts';
import { tracesTable } from './traces.ts';

/** Every statement of the register, prepared once for a connection. */
export function prepareTables(db: Register) {
  return {
    audit: auditTable(db),
    auditHeads: auditHeadsTable(db),
    conflicts: conflictsTable(db),
    consents: consentsTable(db),
    desk: deskTable(db),
    down: downTable(db),
    followUps: followUpsTable(db),
    handover: handoverTable(db),
    imports: importsTable(db),
    kits: kitsTable(db),
    merges: mergesTable(db),
    operators: operatorsTable(db),
    organisations: organisationsTable(db),
    outbox: outboxTable(db),
    papers: papersTable(db),
    patterns: patternsTable(db),
    people: peopleTable(db),
    products: productsTable(db),
    recalls: recallsTable(db),
    repairs: repairsTable(db),
    requests: requestsTable(db),
    retention: retentionTable(db),
    rounds: roundsTable(db),
    servedKits: servedKitsTable(db),
    settings: settingsTable(db),
    shifts: shiftsTable(db),
    siblings: siblingsTable(db),
    slips: slipsTable(db),
    stickers: stickersTable(db),
    stock: stockTable(db),
    summary: summaryQueries(db),
    tests: testsTable(db),
    traces: tracesTable(db),
  };
}

export type Tables = ReturnType<typeof prepareTables>;
