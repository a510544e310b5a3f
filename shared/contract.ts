/**
 * Every call and event of the workstation, a file a capability. Both sides' types are inferred from here; a key without
 * a handler does not compile. A call that changes something carries a `requestId`: the same id finds the same answer,
 * never a second record.
 */
import type { z } from 'zod';
import { appContract } from './contract/app.ts';
import { auditCalls } from './contract/audit.ts';
import { backupsCalls } from './contract/backups.ts';
import { codesCalls } from './contract/codes.ts';
import { deskCalls } from './contract/desk.ts';
import type { events } from './contract/events.ts';
import { followUpsCalls } from './contract/followUps.ts';
import { handoverCalls } from './contract/handover.ts';
import { importsCalls } from './contract/imports.ts';
import { kitsCalls } from './contract/kits.ts';
import { organisationsCalls } from './contract/organisations.ts';
import { peopleCalls } from './contract/people.ts';
import { recallsCalls } from './contract/recalls.ts';
import { registerCalls } from './contract/register.ts';
import { retentionCalls } from './contract/retention.ts';
import { roundsCalls } from './contract/rounds.ts';
import { settingsCalls } from './contract/settings.ts';
import { slipsCalls } from './contract/slips.ts';
import { staffCalls } from './contract/staff.ts';
import { stationCalls } from './contract/station.ts';
import { stockCalls } from './contract/stock.ts';
import { summaryCalls } from './contract/summary.ts';
import { supportCalls } from './contract/support.ts';
import { syncCalls } from './contract/sync.ts';
import { testsCalls } from './contract/tests.ts';

/** Answered by core, in its own process: the register's rules. */
export const coreContract = {
  ...stationCalls,
  ...registerCalls,
  ...backupsCalls,
  ...staffCalls,
  ...deskCalls,
  ...testsCalls,
  ...slipsCalls,
  ...peopleCalls,
  ...importsCalls,
  ...followUpsCalls,
  ...roundsCalls,
  ...organisationsCalls,
  ...kitsCalls,
  ...stockCalls,
  ...recallsCalls,
  ...codesCalls,
  ...retentionCalls,
  ...summaryCalls,
  ...syncCalls,
  ...handoverCalls,
  ...supportCalls,
  ...settingsCalls,
  ...auditCalls,
} as const;

export const contract = { ...coreContract, ...appContract } as const;

export type CoreContract = typeof coreContract;
export type CoreMethod = keyof CoreContract;
export type AppMethod = keyof typeof appContract;
export type Contract = typeof contract;
export type Method = keyof Contract;
/** What a caller writes: fields with a default may be left out. */
export type Input<M extends Method> = z.input<Contract[M]['input']>;
/** What a handler gets: parsed, defaults filled in. */
export type ParsedInput<M extends Method> = z.output<Contract[M]['input']>;
export type Output<M extends Method> = z.output<Contract[M]['output']>;

export type EventName = keyof typeof events;
export type EventPayload<E extends EventName> = z.output<(typeof events)[E]>;

export function isMethod(name: string): name is Method {
  return Object.hasOwn(contract, name);
}

export function isCoreMethod(name: string): name is CoreMethod {
  return Object.hasOwn(coreContract, name);
}

/** The two IPC channels, all there are. */
export const callChannel = 'station:call';
export const eventChannel = 'station:event';
