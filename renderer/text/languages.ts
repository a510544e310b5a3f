import { approval as approvalEn } from './en/approval.ts';
import { audit as auditEn } from './en/audit.ts';
import { backups as backupsEn } from './en/backups.ts';
import { camera as cameraEn } from './en/camera.ts';
import { desk as deskEn } from './en/desk.ts';
import { errors as errorsEn } from './en/errors.ts';
import { followUps as followUpsEn } from './en/followUps.ts';
import { frame as frameEn } from './en/frame.ts';
import { handover as handoverEn } from './en/handover.ts';
import { imports as importsEn } from './en/imports.ts';
import { keys as keysEn } from './en/keys.ts';
import { kits as kitsEn } from './en/kits.ts';
import { lists as listsEn } from './en/lists.ts';
import { organisations as organisationsEn } from './en/organisations.ts';
import { people as peopleEn } from './en/people.ts';
import { ports as portsEn } from './en/ports.ts';
import { privacy as privacyEn } from './en/privacy.ts';
import { recalls as recallsEn } from './en/recalls.ts';
import { refusals as refusalsEn } from './en/refusals.ts';
import { repairs as repairsEn } from './en/repairs.ts';
import { results as resultsEn } from './en/results.ts';
import { retention as retentionEn } from './en/retention.ts';
import { rounds as roundsEn } from './en/rounds.ts';
import { scanners as scannersEn } from './en/scanners.ts';
import { settings as settingsEn } from './en/settings.ts';
import { setup as setupEn } from './en/setup.ts';
import { signIn as signInEn } from './en/signIn.ts';
import { slip as slipEn } from './en/slip.ts';
import { stickers as stickersEn } from './en/stickers.ts';
import { stock as stockEn } from './en/stock.ts';
import { sync as syncEn } from './en/sync.ts';
import { today as todayEn } from './en/today.ts';
import { trace as traceEn } from './en/trace.ts';
import { approval } from './zhCN/approval.ts';
import { audit } from './zhCN/audit.ts';
import { backups } from './zhCN/backups.ts';
import { camera } from './zhCN/camera.ts';
import { desk } from './zhCN/desk.ts';
import { errors } from './zhCN/errors.ts';
import { followUps } from './zhCN/followUps.ts';
import { frame } from './zhCN/frame.ts';
import { handover } from './zhCN/handover.ts';
import { imports } from './zhCN/imports.ts';
import { keys } from './zhCN/keys.ts';
import { kits } from './zhCN/kits.ts';
import { lists } from './zhCN/lists.ts';
import { organisations } from './zhCN/organisations.ts';
import { people } from './zhCN/people.ts';
import { ports } from './zhCN/ports.ts';
import { privacy } from './zhCN/privacy.ts';
import { recalls } from './zhCN/recalls.ts';
import { refusals } from './zhCN/refusals.ts';
import { repairs } from './zhCN/repairs.ts';
import { results } from './zhCN/results.ts';
import { retention } from './zhCN/retention.ts';
import { rounds } from './zhCN/rounds.ts';
import { scanners } from './zhCN/scanners.ts';
import { settings } from './zhCN/settings.ts';
import { setup } from './zhCN/setup.ts';
import { signIn } from './zhCN/signIn.ts';
import { slip } from './zhCN/slip.ts';
import { stickers } from './zhCN/stickers.ts';
import { stock } from './zhCN/stock.ts';
import { sync } from './zhCN/sync.ts';
import { today } from './zhCN/today.ts';
import { trace } from './zhCN/trace.ts';

/** The same tree of keys with any words in it. */
type Words<T> = { readonly [K in keyof T]: T[K] extends string ? string : Words<T[K]> };

/** Written first. */
export const zhCN = {
  approval,
  audit,
  backups,
  camera,
  desk,
  errors,
  followUps,
  frame,
  handover,
  imports,
  keys,
  kits,
  lists,
  organisations,
  people,
  ports,
  privacy,
  refusals,
  repairs,
  results,
  retention,
  rounds,
  scanners,
  settings,
  setup,
  signIn,
  slip,
  stickers,
  recalls,
  stock,
  sync,
  today,
  trace,
};

/** A key that is missing here does not compile, nor one that Chinese does not have. */
export const en = {
  approval: approvalEn,
  audit: auditEn,
  backups: backupsEn,
  camera: cameraEn,
  desk: deskEn,
  errors: errorsEn,
  followUps: followUpsEn,
  frame: frameEn,
  handover: handoverEn,
  imports: importsEn,
  keys: keysEn,
  kits: kitsEn,
  lists: listsEn,
  organisations: organisationsEn,
  people: peopleEn,
  ports: portsEn,
  privacy: privacyEn,
  refusals: refusalsEn,
  repairs: repairsEn,
  results: resultsEn,
  retention: retentionEn,
  rounds: roundsEn,
  scanners: scannersEn,
  settings: settingsEn,
  setup: setupEn,
  signIn: signInEn,
  slip: slipEn,
  stickers: stickersEn,
  recalls: recallsEn,
  stock: stockEn,
  sync: syncEn,
  today: todayEn,
  trace: traceEn,
} satisfies Words<typeof zhCN>;
zhCN satisfies Words<typeof en>;

type Paths<T, Before extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${Before}${K}` : Paths<T[K], `${Before}${K}.`>;
}[keyof T & string];

/** Every text there is, by its place: `desk.stage.bound`. */
export type TextKey = Paths<typeof zhCN>;
