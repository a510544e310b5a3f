import type { Language } from '../../../shared/language.ts';
import type { OrganisationFigures } from '../../../shared/model/organisation.ts';
import type { Counted, OrganisationRow } from '../../db/organisations.ts';
import { beginTable } from '../exports/tableFile.ts';
import { notWritten } from '../exports/wholeFile.ts';
import { audit, type Station } from '../station.ts';

type Row = { readonly organisation: OrganisationRow; readonly figures: OrganisationFigures };

const words = {
  'zh-CN': {
    headings: ['单位', '类型', '统一社会信用代码', '应检', '已检', '阳性', '未检'],
    kinds: { community: '社区', enterprise: '企业' },
  },
  en: {
    headings: ['Organisation', 'Kind', 'Credit code', 'To test', 'Tested', 'Positive', 'Not tested'],
    kinds: { community: 'community', enterprise: 'enterprise' },
  },
} as const satisfies Record<Language, unknown>;

/** The figures of organisations as a file; no person is in it. Written whole or not at all, with its entry in the log. */
export async function writeFigures(
  station: Station,
  wish: {
    readonly exportId: string;
    readonly path: string;
    readonly language: Language;
    readonly of: Counted;
    readonly rows: readonly Row[];
  },
): Promise<{ path: string; rows: number; sha256: string }> {
  const { exportId, path, language, of, rows } = wish;
  const { headings, kinds } = words[language];
  try {
    const table = await beginTable(path);
    let file: Awaited<ReturnType<typeof table.end>>;
    try {
      await table.add([
        headings,
        ...rows.map(({ organisation, figures }) => [
          organisation.name,
          kinds[organisation.kind],
          organisation.creditCode ?? '',
          ...[figures.target, figures.tested, figures.positive, figures.notTested].map(String),
        ]),
      ]);
      file = await table.end();
    } catch (error) {
      await table.discard();
      throw error;
    }
    const { sha256 } = file;
    const note = (action: 'export.organisations' | 'export.notWritten', detail: Parameters<typeof audit>[3]): void => {
      station.db.transaction(() => audit(station, action, `export:${exportId}`, detail)).immediate();
    };
    try {
      note('export.organisations', { rows: rows.length, sha256, round: of.roundId, day: of.day });
    } catch (error) {
      await file.discard();
      throw error;
    }
    try {
      await file.show();
    } catch (error) {
      await file.discard();
      note('export.notWritten', { sha256 });
      throw error;
    }
    return { path, rows: rows.length, sha256 };
  } catch (error) {
    throw notWritten(error);
  }
}
