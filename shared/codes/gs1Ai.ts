/**
 * Every GS1 application identifier: its format, the checks on each part of its value, the identifiers it must or must
 * not stand beside, and its place in a GS1 Digital Link.
 *
 * The facts are those of the GS1 Barcode Syntax Dictionary (GS1 AISBL, Apache License 2.0), stated in our own form; a
 * test compares this table with the published file.
 */

/** Character sets of GS1: N digits, X set 82, Y set 39, Z the file-safe base-64 letters. */
export type CharacterSet = 'N' | 'X' | 'Y' | 'Z';

/** The dictionary's named content checks ("linters"); gs1Checks.ts holds one function for each. */
export const checkNames = [
  'couponcode',
  'couponposoffer',
  'csum',
  'csumalpha',
  'gcppos1',
  'gcppos2',
  'hasnondigit',
  'hh',
  'hhmi',
  'hyphen',
  'iban',
  'importeridx',
  'iso3166',
  'iso3166999',
  'iso3166alpha2',
  'iso4217',
  'iso5218',
  'latitude',
  'longitude',
  'mediatype',
  'mi',
  'nonzero',
  'nozeroprefix',
  'packagetype',
  'pcenc',
  'pieceoftotal',
  'posinseqslash',
  'ss',
  'winding',
  'yesno',
  'yymmd0',
  'yymmdd',
  'yyyymmdd',
  'zero',
] as const;
export type CheckName = (typeof checkNames)[number];

/** One piece of a value. Only the last piece varies in length; after an optional piece all are optional. */
export type AiPart = {
  readonly set: CharacterSet;
  readonly min: number;
  readonly max: number;
  readonly optional: boolean;
  readonly checks: readonly CheckName[];
};

export type AiRule = {
  readonly ai: string;
  readonly title: string;
  /** Of predefined length: needs no separator after it. */
  readonly predefined: boolean;
  /** May stand in the query of a Digital Link. */
  readonly inQuery: boolean;
  readonly parts: readonly AiPart[];
  /** Shortest and longest value, in characters. */
  readonly min: number;
  readonly max: number;
  /** One group at least must be present whole; `n` in an identifier stands for any digit. Empty: stands alone. */
  readonly needs: readonly (readonly string[])[];
  /** None of these may be present; an identifier never excludes itself. */
  readonly excludes: readonly string[];
  /** For a Digital Link's primary key: the orders in which qualifiers may follow it. Null: not a primary key. */
  readonly qualifiers: readonly (readonly string[])[] | null;
};

type Links = { readonly with?: string; readonly not?: string; readonly key?: string };
/** Identifier or range, title, `p` predefined length, `q` allowed in a query, pieces, partners. */
type Row = readonly [ais: string, title: string, flags: '' | 'p' | 'q' | 'pq', parts: readonly AiPart[], links?: Links];

const part = (set: CharacterSet, min: number, max: number, checks: readonly CheckName[]): AiPart => ({
  set,
  min,
  max,
  optional: false,
  checks,
});
const n = (length: number, ...checks: CheckName[]) => part('N', length, length, checks);
const x = (length: number, ...checks: CheckName[]) => part('X', length, length, checks);
const nUpTo = (max: number, ...checks: CheckName[]) => part('N', 1, max, checks);
const xUpTo = (max: number, ...checks: CheckName[]) => part('X', 1, max, checks);
const yUpTo = (max: number, ...checks: CheckName[]) => part('Y', 1, max, checks);
const zUpTo = (max: number, ...checks: CheckName[]) => part('Z', 1, max, checks);
const maybe = (piece: AiPart): AiPart => ({ ...piece, optional: true });

// biome-ignore format: one identifier a line reads as the table it is
const rows: readonly Row[] = [
  ['00', 'SSCC', 'pq', [n(18, 'csum', 'gcppos2')], { key: '' }],
  ['01', 'GTIN', 'pq', [n(14, 'csum', 'gcppos2')], { not: '255 37', key: '22 10 21|235' }],
  ['02', 'CONTENT', 'pq', [n(14, 'csum', 'gcppos2')], { not: '01 03', with: '37' }],
  ['03', 'MTO GTIN', 'p', [n(14, 'csum', 'gcppos2')], { not: '01 02 37 235' }],
  ['10', 'BATCH/LOT', 'q', [xUpTo(20)], { with: '01 02 03 8006 8026' }],
  ['11', 'PROD DATE', 'pq', [n(6, 'yymmd0')], { with: '01 02 03 8006 8026' }],
  ['12', 'DUE DATE', 'pq', [n(6, 'yymmd0')], { with: '8020' }],
  ['13', 'PACK DATE', 'pq', [n(6, 'yymmd0')], { with: '01 02 03 8006 8026' }],
  ['15', 'BEST BEFORE or BEST BY', 'pq', [n(6, 'yymmd0')], { with: '01 02 03 8006 8026' }],
  ['16', 'SELL BY', 'pq', [n(6, 'yymmd0')], { with: '01 02 03 8006 8026' }],
  ['17', 'USE BY or EXPIRY', 'pq', [n(6, 'yymmd0')], { with: '01 02 03 255 8006 8026' }],
  ['20', 'VARIANT', 'pq', [n(2)], { with: '01 02 03 8006 8026' }],
  ['21', 'SERIAL', '', [xUpTo(20)], { with: '01 03 8006', not: '235' }],
  ['22', 'CPV', '', [xUpTo(20)], { with: '01' }],
  ['235', 'TPX', '', [xUpTo(28)], { with: '01' }],
  ['240', 'ADDITIONAL ID', 'q', [xUpTo(30)], { with: '01 02 03 8006 8026' }],
  ['241', 'CUST. PART No.', 'q', [xUpTo(30)], { with: '01 02 03 8006 8026' }],
  ['242', 'MTO VARIANT', 'q', [nUpTo(6)], { with: '01 02 8006 8026' }],
  ['243', 'PCN', 'q', [xUpTo(20)], { with: '01 03' }],
  ['250', 'SECONDARY SERIAL', 'q', [xUpTo(30)], { with: '01+21 03+21 8006+21' }],
  ['251', 'REF. TO SOURCE', 'q', [xUpTo(30)], { with: '01 03 8006' }],
  ['253', 'GDTI', 'q', [n(13, 'csum', 'gcppos1'), maybe(xUpTo(17))], { key: '' }],
  ['254', 'GLN EXTENSION COMPONENT', '', [xUpTo(20)], { with: '414' }],
  ['255', 'GCN', 'q', [n(13, 'csum', 'gcppos1'), maybe(nUpTo(12))], { key: '', not: '01 02 415 8006 8020 8026' }],
  ['30', 'VAR. COUNT', 'q', [nUpTo(8)], { with: '01 02' }],
  ['3100-3105', 'NET WEIGHT (kg)', 'pq', [n(6)], { with: '01 02', not: '310n' }],
  ['3110-3115', 'LENGTH (m)', 'pq', [n(6)], { with: '01 02', not: '311n' }],
  ['3120-3125', 'WIDTH (m)', 'pq', [n(6)], { with: '01 02', not: '312n' }],
  ['3130-3135', 'HEIGHT (m)', 'pq', [n(6)], { with: '01 02', not: '313n' }],
  ['3140-3145', 'AREA (m²)', 'pq', [n(6)], { with: '01 02', not: '314n' }],
  ['3150-3155', 'NET VOLUME (l)', 'pq', [n(6)], { with: '01 02', not: '315n' }],
  ['3160-3165', 'NET VOLUME (m³)', 'pq', [n(6)], { with: '01 02', not: '316n' }],
  ['3200-3205', 'NET WEIGHT (lb)', 'pq', [n(6)], { with: '01 02', not: '320n' }],
  ['3210-3215', 'LENGTH (in)', 'pq', [n(6)], { with: '01 02', not: '321n' }],
  ['3220-3225', 'LENGTH (ft)', 'pq', [n(6)], { with: '01 02', not: '322n' }],
  ['3230-3235', 'LENGTH (yd)', 'pq', [n(6)], { with: '01 02', not: '323n' }],
  ['3240-3245', 'WIDTH (in)', 'pq', [n(6)], { with: '01 02', not: '324n' }],
  ['3250-3255', 'WIDTH (ft)', 'pq', [n(6)], { with: '01 02', not: '325n' }],
  ['3260-3265', 'WIDTH (yd)', 'pq', [n(6)], { with: '01 02', not: '326n' }],
  ['3270-3275', 'HEIGHT (in)', 'pq', [n(6)], { with: '01 02', not: '327n' }],
  ['3280-3285', 'HEIGHT (ft)', 'pq', [n(6)], { with: '01 02', not: '328n' }],
  ['3290-3295', 'HEIGHT (yd)', 'pq', [n(6)], { with: '01 02', not: '329n' }],
  ['3300-3305', 'GROSS WEIGHT (kg)', 'pq', [n(6)], { with: '00 01', not: '330n' }],
  ['3310-3315', 'LENGTH (m), log', 'pq', [n(6)], { with: '00 01', not: '331n' }],
  ['3320-3325', 'WIDTH (m), log', 'pq', [n(6)], { with: '00 01', not: '332n' }],
  ['3330-3335', 'HEIGHT (m), log', 'pq', [n(6)], { with: '00 01', not: '333n' }],
  ['3340-3345', 'AREA (m²), log', 'pq', [n(6)], { with: '00 01', not: '334n' }],
  ['3350-3355', 'VOLUME (l), log', 'pq', [n(6)], { with: '00 01', not: '335n' }],
  ['3360-3365', 'VOLUME (m³), log', 'pq', [n(6)], { with: '00 01', not: '336n' }],
  ['3370-3375', 'KG PER m²', 'pq', [n(6)], { with: '01', not: '337n' }],
  ['3400-3405', 'GROSS WEIGHT (lb)', 'pq', [n(6)], { with: '00 01', not: '340n' }],
  ['3410-3415', 'LENGTH (in), log', 'pq', [n(6)], { with: '00 01', not: '341n' }],
  ['3420-3425', 'LENGTH (ft), log', 'pq', [n(6)], { with: '00 01', not: '342n' }],
  ['3430-3435', 'LENGTH (yd), log', 'pq', [n(6)], { with: '00 01', not: '343n' }],
  ['3440-3445', 'WIDTH (in), log', 'pq', [n(6)], { with: '00 01', not: '344n' }],
  ['3450-3455', 'WIDTH (ft), log', 'pq', [n(6)], { with: '00 01', not: '345n' }],
  ['3460-3465', 'WIDTH (yd), log', 'pq', [n(6)], { with: '00 01', not: '346n' }],
  ['3470-3475', 'HEIGHT (in), log', 'pq', [n(6)], { with: '00 01', not: '347n' }],
  ['3480-3485', 'HEIGHT (ft), log', 'pq', [n(6)], { with: '00 01', not: '348n' }],
  ['3490-3495', 'HEIGHT (yd), log', 'pq', [n(6)], { with: '00 01', not: '349n' }],
  ['3500-3505', 'AREA (in²)', 'pq', [n(6)], { with: '01 02', not: '350n' }],
  ['3510-3515', 'AREA (ft²)', 'pq', [n(6)], { with: '01 02', not: '351n' }],
  ['3520-3525', 'AREA (yd²)', 'pq', [n(6)], { with: '01 02', not: '352n' }],
  ['3530-3535', 'AREA (in²), log', 'pq', [n(6)], { with: '00 01', not: '353n' }],
  ['3540-3545', 'AREA (ft²), log', 'pq', [n(6)], { with: '00 01', not: '354n' }],
  ['3550-3555', 'AREA (yd²), log', 'pq', [n(6)], { with: '00 01', not: '355n' }],
  ['3560-3565', 'NET WEIGHT (tr oz)', 'pq', [n(6)], { with: '01 02', not: '356n' }],
  ['3570-3575', 'NET VOLUME (oz)', 'pq', [n(6)], { with: '01 02', not: '357n' }],
  ['3600-3605', 'NET VOLUME (qt (US))', 'pq', [n(6)], { with: '01 02', not: '360n' }],
  ['3610-3615', 'NET VOLUME (gal.)', 'pq', [n(6)], { with: '01 02', not: '361n' }],
  ['3620-3625', 'VOLUME (qt (US)), log', 'pq', [n(6)], { with: '00 01', not: '362n' }],
  ['3630-3635', 'VOLUME (gal (US)), log', 'pq', [n(6)], { with: '00 01', not: '363n' }],
  ['3640-3645', 'NET VOLUME (in³)', 'pq', [n(6)], { with: '01 02', not: '364n' }],
  ['3650-3655', 'NET VOLUME (ft³)', 'pq', [n(6)], { with: '01 02', not: '365n' }],
  ['3660-3665', 'NET VOLUME (yd³)', 'pq', [n(6)], { with: '01 02', not: '366n' }],
  ['3670-3675', 'VOLUME (in³), log', 'pq', [n(6)], { with: '00 01', not: '367n' }],
  ['3680-3685', 'VOLUME (ft³), log', 'pq', [n(6)], { with: '00 01', not: '368n' }],
  ['3690-3695', 'VOLUME (yd³), log', 'pq', [n(6)], { with: '00 01', not: '369n' }],
  ['37', 'COUNT', 'q', [nUpTo(8)], { with: '00+02 00+8026' }],
  ['3900-3909', 'AMOUNT', 'q', [nUpTo(15)], { with: '255 8020', not: '390n 391n 394n 8111' }],
  ['3910-3919', 'AMOUNT', 'q', [n(3, 'iso4217'), nUpTo(15)], { with: '8020', not: '391n' }],
  ['3920-3929', 'PRICE', 'q', [nUpTo(15)], { with: '01+30 01+31nn 01+32nn 01+35nn 01+36nn', not: '392n 393n' }],
  ['3930-3939', 'PRICE', 'q', [n(3, 'iso4217'), nUpTo(15)], { with: '30 31nn 32nn 35nn 36nn', not: '393n' }],
  ['3940-3943', 'PRCNT OFF', 'q', [n(4)], { with: '255', not: '394n 8111' }],
  ['3950-3955', 'PRICE/UoM', 'q', [n(6)], { with: '30 31nn 32nn 35nn 36nn', not: '392n 393n 395n 8005' }],
  ['400', 'ORDER NUMBER', 'q', [xUpTo(30)]],
  ['401', 'GINC', 'q', [xUpTo(30, 'gcppos1')], { key: '' }],
  ['402', 'GSIN', 'q', [n(17, 'csum', 'gcppos1')], { key: '' }],
  ['403', 'ROUTE', 'q', [xUpTo(30)], { with: '00' }],
  ['410', 'SHIP TO LOC', 'pq', [n(13, 'csum', 'gcppos1')]],
  ['411', 'BILL TO', 'pq', [n(13, 'csum', 'gcppos1')]],
  ['412', 'PURCHASE FROM', 'pq', [n(13, 'csum', 'gcppos1')]],
  ['413', 'SHIP FOR LOC', 'pq', [n(13, 'csum', 'gcppos1')]],
  ['414', 'LOC No.', 'pq', [n(13, 'csum', 'gcppos1')], { key: '254|7040' }],
  ['415', 'PAY TO', 'pq', [n(13, 'csum', 'gcppos1')], { with: '8020', key: '8020' }],
  ['416', 'PROD/SERV LOC', 'pq', [n(13, 'csum', 'gcppos1')]],
  ['417', 'PARTY', 'pq', [n(13, 'csum', 'gcppos1')], { key: '7040' }],
  ['420', 'SHIP TO POST', 'q', [xUpTo(20)], { not: '421' }],
  ['421', 'SHIP TO POST', 'q', [n(3, 'iso3166'), xUpTo(9)], { not: '4307' }],
  ['422', 'ORIGIN', 'q', [n(3, 'iso3166')], { with: '01 02 03 8006 8026', not: '426' }],
  ['423', 'COUNTRY - INITIAL PROCESS', 'q', [n(3, 'iso3166'), maybe(n(3, 'iso3166')), maybe(n(3, 'iso3166')), maybe(n(3, 'iso3166')), maybe(n(3, 'iso3166'))], { with: '01 02 03', not: '426' }],
  ['424', 'COUNTRY - PROCESS', 'q', [n(3, 'iso3166')], { with: '01 02 03', not: '426' }],
  ['425', 'COUNTRY - DISASSEMBLY', 'q', [n(3, 'iso3166'), maybe(n(3, 'iso3166')), maybe(n(3, 'iso3166')), maybe(n(3, 'iso3166')), maybe(n(3, 'iso3166'))], { with: '01 02 03', not: '426' }],
  ['426', 'COUNTRY - FULL PROCESS', 'q', [n(3, 'iso3166')], { with: '01 02 03' }],
  ['427', 'ORIGIN SUBDIVISION', 'q', [xUpTo(3)], { with: '01+422 02+422 03+422' }],
  ['4300', 'SHIP TO COMP', 'q', [xUpTo(35, 'pcenc')], { with: '00' }],
  ['4301', 'SHIP TO NAME', 'q', [xUpTo(35, 'pcenc')], { with: '00' }],
  ['4302', 'SHIP TO ADD1', 'q', [xUpTo(70, 'pcenc')], { with: '00' }],
  ['4303', 'SHIP TO ADD2', 'q', [xUpTo(70, 'pcenc')], { with: '4302' }],
  ['4304', 'SHIP TO SUB', 'q', [xUpTo(70, 'pcenc')], { with: '00' }],
  ['4305', 'SHIP TO LOC', 'q', [xUpTo(70, 'pcenc')], { with: '00' }],
  ['4306', 'SHIP TO REG', 'q', [xUpTo(70, 'pcenc')], { with: '00' }],
  ['4307', 'SHIP TO COUNTRY', 'q', [x(2, 'iso3166alpha2')], { with: '00' }],
  ['4308', 'SHIP TO PHONE', 'q', [xUpTo(30)], { with: '00' }],
  ['4309', 'SHIP TO GEO', 'q', [n(10, 'latitude'), n(10, 'longitude')], { with: '00' }],
  ['4310', 'RTN TO COMP', 'q', [xUpTo(35, 'pcenc')], { with: '00' }],
  ['4311', 'RTN TO NAME', 'q', [xUpTo(35, 'pcenc')], { with: '00' }],
  ['4312', 'RTN TO ADD1', 'q', [xUpTo(70, 'pcenc')], { with: '00' }],
  ['4313', 'RTN TO ADD2', 'q', [xUpTo(70, 'pcenc')], { with: '4312' }],
  ['4314', 'RTN TO SUB', 'q', [xUpTo(70, 'pcenc')], { with: '00' }],
  ['4315', 'RTN TO LOC', 'q', [xUpTo(70, 'pcenc')], { with: '00' }],
  ['4316', 'RTN TO REG', 'q', [xUpTo(70, 'pcenc')], { with: '00' }],
  ['4317', 'RTN TO COUNTRY', 'q', [x(2, 'iso3166alpha2')], { with: '00' }],
  ['4318', 'RTN TO POST', 'q', [xUpTo(20)], { with: '00' }],
  ['4319', 'RTN TO PHONE', 'q', [xUpTo(30)], { with: '00' }],
  ['4320', 'SRV DESCRIPTION', 'q', [xUpTo(35, 'pcenc')], { with: '00' }],
  ['4321', 'DANGEROUS GOODS', 'q', [n(1, 'yesno')], { with: '00' }],
  ['4322', 'AUTH TO LEAVE', 'q', [n(1, 'yesno')], { with: '00' }],
  ['4323', 'SIG REQUIRED', 'q', [n(1, 'yesno')], { with: '00' }],
  ['4324', 'NOT BEF DEL DT', 'q', [n(6, 'yymmd0'), n(4, 'hhmi')], { with: '00' }],
  ['4325', 'NOT AFT DEL DT', 'q', [n(6, 'yymmd0'), n(4, 'hhmi')], { with: '00' }],
  ['4326', 'REL DATE', 'q', [n(6, 'yymmdd')], { with: '00' }],
  ['4330', 'MAX TEMP F.', 'q', [n(6), maybe(x(1, 'hyphen'))], { with: '00', not: '4331' }],
  ['4331', 'MAX TEMP C.', 'q', [n(6), maybe(x(1, 'hyphen'))], { with: '00', not: '4330' }],
  ['4332', 'MIN TEMP F.', 'q', [n(6), maybe(x(1, 'hyphen'))], { with: '00', not: '4333' }],
  ['4333', 'MIN TEMP C.', 'q', [n(6), maybe(x(1, 'hyphen'))], { with: '00', not: '4332' }],
  ['7001', 'NSN', 'q', [n(13)], { with: '01 02 8006 8026' }],
  ['7002', 'MEAT CUT', 'q', [xUpTo(30)], { with: '01 02' }],
  ['7003', 'EXPIRY TIME', 'q', [n(6, 'yymmdd'), n(4, 'hhmi')], { with: '01 02 03' }],
  ['7004', 'ACTIVE POTENCY', 'q', [nUpTo(4)], { with: '01+10 03+10' }],
  ['7005', 'CATCH AREA', 'q', [xUpTo(12)], { with: '01 02' }],
  ['7006', 'FIRST FREEZE DATE', 'q', [n(6, 'yymmdd')], { with: '01 02' }],
  ['7007', 'HARVEST DATE', 'q', [n(6, 'yymmdd'), maybe(n(6, 'yymmdd'))], { with: '01 02' }],
  ['7008', 'AQUATIC SPECIES', 'q', [xUpTo(3)], { with: '01 02' }],
  ['7009', 'FISHING GEAR TYPE', 'q', [xUpTo(10)], { with: '01 02' }],
  ['7010', 'PROD METHOD', 'q', [xUpTo(2)], { with: '01 02 03' }],
  ['7011', 'TEST BY DATE', 'q', [n(6, 'yymmdd'), maybe(n(4, 'hhmi'))], { with: '01 02 03' }],
  ['7020', 'REFURB LOT', 'q', [xUpTo(20)], { with: '01+416 03+416 8006+416' }],
  ['7021', 'FUNC STAT', 'q', [xUpTo(20)], { with: '01 03 8006' }],
  ['7022', 'REV STAT', 'q', [xUpTo(20)], { with: '01+7021 03+7021 8006+7021' }],
  ['7023', 'GIAI - ASSEMBLY', 'q', [xUpTo(30, 'gcppos1')]],
  ['7030', 'PROCESSOR # 0', 'q', [n(3, 'iso3166999'), xUpTo(27)], { with: '01 02' }],
  ['7031', 'PROCESSOR # 1', 'q', [n(3, 'iso3166999'), xUpTo(27)], { with: '01 02' }],
  ['7032', 'PROCESSOR # 2', 'q', [n(3, 'iso3166999'), xUpTo(27)], { with: '01 02' }],
  ['7033', 'PROCESSOR # 3', 'q', [n(3, 'iso3166999'), xUpTo(27)], { with: '01 02' }],
  ['7034', 'PROCESSOR # 4', 'q', [n(3, 'iso3166999'), xUpTo(27)], { with: '01 02' }],
  ['7035', 'PROCESSOR # 5', 'q', [n(3, 'iso3166999'), xUpTo(27)], { with: '01 02' }],
  ['7036', 'PROCESSOR # 6', 'q', [n(3, 'iso3166999'), xUpTo(27)], { with: '01 02' }],
  ['7037', 'PROCESSOR # 7', 'q', [n(3, 'iso3166999'), xUpTo(27)], { with: '01 02' }],
  ['7038', 'PROCESSOR # 8', 'q', [n(3, 'iso3166999'), xUpTo(27)], { with: '01 02' }],
  ['7039', 'PROCESSOR # 9', 'q', [n(3, 'iso3166999'), xUpTo(27)], { with: '01 02' }],
  ['7040', 'UIC+EXT', '', [n(1), x(1), x(1), x(1, 'importeridx')]],
  ['7041', 'UFRGT UNIT TYPE', '', [xUpTo(4, 'packagetype')], { with: '00' }],
  ['710', 'NHRN PZN', 'q', [xUpTo(20)], { with: '01' }],
  ['711', 'NHRN CIP', 'q', [xUpTo(20)], { with: '01' }],
  ['712', 'NHRN CN', 'q', [xUpTo(20)], { with: '01' }],
  ['713', 'NHRN DRN', 'q', [xUpTo(20)], { with: '01' }],
  ['714', 'NHRN AIM', 'q', [xUpTo(20)], { with: '01' }],
  ['715', 'NHRN NDC', 'q', [xUpTo(20)], { with: '01' }],
  ['716', 'NHRN AIC', 'q', [xUpTo(20)], { with: '01' }],
  ['717', 'NHRN SRN', 'q', [xUpTo(20)], { with: '01' }],
  ['7230', 'CERT # 1', 'q', [x(2), xUpTo(28)], { with: '01 8004' }],
  ['7231', 'CERT # 2', 'q', [x(2), xUpTo(28)], { with: '01 8004' }],
  ['7232', 'CERT # 3', 'q', [x(2), xUpTo(28)], { with: '01 8004' }],
  ['7233', 'CERT # 4', 'q', [x(2), xUpTo(28)], { with: '01 8004' }],
  ['7234', 'CERT # 5', 'q', [x(2), xUpTo(28)], { with: '01 8004' }],
  ['7235', 'CERT # 6', 'q', [x(2), xUpTo(28)], { with: '01 8004' }],
  ['7236', 'CERT # 7', 'q', [x(2), xUpTo(28)], { with: '01 8004' }],
  ['7237', 'CERT # 8', 'q', [x(2), xUpTo(28)], { with: '01 8004' }],
  ['7238', 'CERT # 9', 'q', [x(2), xUpTo(28)], { with: '01 8004' }],
  ['7239', 'CERT # 10', 'q', [x(2), xUpTo(28)], { with: '01 8004' }],
  ['7240', 'PROTOCOL', 'q', [xUpTo(20)], { with: '01 8006', not: '03' }],
  ['7241', 'AIDC MEDIA TYPE', 'q', [n(2, 'mediatype')], { with: '8017 8018' }],
  ['7242', 'VCN', 'q', [xUpTo(25)], { with: '8017 8018' }],
  ['7250', 'DOB', 'q', [n(8, 'yyyymmdd')], { with: '8018', not: '7251' }],
  ['7251', 'DOB TIME', 'q', [n(8, 'yyyymmdd'), n(4, 'hhmi')], { with: '8018', not: '7250' }],
  ['7252', 'BIO SEX', 'q', [n(1, 'iso5218')], { with: '8018' }],
  ['7253', 'FAMILY NAME', 'q', [xUpTo(40, 'pcenc')], { with: '8017 8018', not: '7256 7259' }],
  ['7254', 'GIVEN NAME', 'q', [xUpTo(40, 'pcenc')], { with: '8017 8018', not: '7256 7259' }],
  ['7255', 'SUFFIX', 'q', [xUpTo(10)], { with: '8017 8018', not: '7256 7259' }],
  ['7256', 'FULL NAME', 'q', [xUpTo(90, 'pcenc')], { with: '8017 8018' }],
  ['7257', 'PERSON ADDR', 'q', [xUpTo(70, 'pcenc')], { with: '8018' }],
  ['7258', 'BIRTH SEQUENCE', 'q', [x(3, 'posinseqslash')], { with: '8018+7259' }],
  ['7259', 'BABY', 'q', [xUpTo(40, 'pcenc')], { with: '8018', not: '7256' }],
  ['8001', 'DIMENSIONS', 'q', [n(4, 'nonzero'), n(5, 'nonzero'), n(3, 'nonzero'), n(1, 'winding'), n(1)], { with: '01' }],
  ['8002', 'CMT No.', 'q', [xUpTo(20)]],
  ['8003', 'GRAI', 'q', [n(1, 'zero'), n(13, 'csum', 'gcppos1'), maybe(xUpTo(16))], { key: '' }],
  ['8004', 'GIAI', 'q', [xUpTo(30, 'gcppos1')], { key: '7040' }],
  ['8005', 'PRICE PER UNIT', 'q', [n(6)], { with: '01 02' }],
  ['8006', 'ITIP', 'q', [n(14, 'csum', 'gcppos2'), n(4, 'pieceoftotal')], { not: '01 03 37', key: '22 10 21' }],
  ['8007', 'IBAN', 'q', [xUpTo(34, 'iban')], { with: '415' }],
  ['8008', 'PROD TIME', 'q', [n(6, 'yymmdd'), n(2, 'hh'), maybe(n(2, 'mi')), maybe(n(2, 'ss'))], { with: '01 02 03' }],
  ['8009', 'OPTSEN', 'q', [xUpTo(50)], { with: '00 01 03' }],
  ['8010', 'CPID', 'q', [yUpTo(30, 'gcppos1')], { key: '8011' }],
  ['8011', 'CPID SERIAL', '', [nUpTo(12, 'nozeroprefix')], { with: '8010' }],
  ['8012', 'VERSION', 'q', [xUpTo(20)], { with: '01 03 8006' }],
  ['8013', 'GMN', 'q', [xUpTo(25, 'csumalpha', 'gcppos1')], { key: '' }],
  ['8014', 'MUDI', '', [xUpTo(25, 'csumalpha', 'gcppos1', 'hasnondigit')], { with: '01' }],
  ['8017', 'GSRN - PROVIDER', 'q', [n(18, 'csum', 'gcppos1')], { not: '8018', key: '8019' }],
  ['8018', 'GSRN - RECIPIENT', 'q', [n(18, 'csum', 'gcppos1')], { not: '8017', key: '8019' }],
  ['8019', 'SRIN', '', [nUpTo(10)], { with: '8017 8018' }],
  ['8020', 'REF No.', '', [xUpTo(25)], { with: '415' }],
  ['8026', 'ITIP CONTENT', 'q', [n(14, 'csum', 'gcppos2'), n(4, 'pieceoftotal')], { with: '37', not: '02 03 8006' }],
  ['8030', 'DIGSIG', 'q', [zUpTo(90)], { with: '00 01+21 03+21 253 255 8003 8004 8006+21 8010+8011 8017 8018' }],
  ['8040', 'IMEI', '', [n(15)], { with: '01+21' }],
  ['8041', 'IMEI2', '', [n(15)], { with: '01+21+8040' }],
  ['8042', 'ESIM', '', [n(32)], { with: '01+21+8040' }],
  ['8043', 'PSIM', '', [n(18), maybe(nUpTo(2))], { with: '01+21+8040' }],
  ['8110', '', 'q', [xUpTo(70, 'couponcode')]],
  ['8111', 'POINTS', 'q', [n(4)], { with: '255' }],
  ['8112', '', 'q', [xUpTo(70, 'couponposoffer')]],
  ['8200', 'PRODUCT URL', '', [xUpTo(70)], { with: '01' }],
  ['90', 'INTERNAL', 'q', [xUpTo(30)]],
  ['91-99', 'INTERNAL', 'q', [xUpTo(90)]],
];

function words(text: string): readonly string[] {
  return text === '' ? [] : text.split(' ');
}

function toRules([ais, title, flags, parts, links = {}]: Row): AiRule[] {
  const [first = '', last = first] = ais.split('-');
  const total = (size: (piece: AiPart) => number) => parts.reduce((sum, piece) => sum + size(piece), 0);
  const shared = {
    title,
    predefined: flags.includes('p'),
    inQuery: flags.includes('q'),
    parts,
    min: total((piece) => (piece.optional ? 0 : piece.min)),
    max: total((piece) => piece.max),
    needs: words(links.with ?? '').map((group) => group.split('+')),
    excludes: words(links.not ?? ''),
    qualifiers: links.key === undefined ? null : links.key.split('|').map(words),
  };
  const rules: AiRule[] = [];
  for (let number = Number(first); number <= Number(last); number++) {
    rules.push({ ai: String(number).padStart(first.length, '0'), ...shared });
  }
  return rules;
}

/** All rules, by identifier. */
export const aiRules: ReadonlyMap<string, AiRule> = new Map(rows.flatMap(toRules).map((rule) => [rule.ai, rule]));

/** The rule whose identifier `text` has at `start`. No identifier begins another, so there is one at most. */
export function aiAt(text: string, start: number): AiRule | null {
  for (let length = 2; length <= 4; length++) {
    if (start + length > text.length) return null;
    const rule = aiRules.get(text.slice(start, start + length));
    if (rule !== undefined) return rule;
  }
  return null;
}
