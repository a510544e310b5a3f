import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { hostileText } from './hostileText.ts';

/** A ZIP whose parts lie in it as they are, made at once: yazl's streams need a turn. */
function storedZip(parts: readonly (readonly [string, string])[]): Buffer {
  const files: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (const [name, text] of parts) {
    const content = Buffer.from(text);
    const nameBytes = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const file = Buffer.concat([Buffer.from('504b0304', 'hex'), common, nameBytes, content]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    entries.push(Buffer.concat([Buffer.from('504b01021400', 'hex'), common, place, nameBytes]));
    files.push(file);
    at += file.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write('504b0506', 'hex');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...files, directory, end]);
}

const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const escaped = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/\p{Cc}|\p{Cs}|\uFFFE|\uFFFF/gu, '');

/** Workbooks whose ZIP is right and whose sheet no program would write: types, places, styles and areas of all kinds. */
export const handmadeWorkbook: fc.Arbitrary<Uint8Array> = (() => {
  const place = fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom('', '', ' r="A1"', ' r="C2"', ' r="-1"', ' r="1"') },
    { weight: 1, arbitrary: fc.constantFrom(' r="XFD1"', ' r="IV3"', ' r="ZZZZZZ9999999"') },
  );
  const type = fc.constantFrom(
    '',
    ...['s', 'n', 'b', 'e', 'd', 'str', 'inlineStr', 'zzz'].map((name) => ` t="${name}"`),
  );
  const style = fc.constantFrom('', ' s="0"', ' s="1"', ' s="-1"', ' s="99999"', ' s="x"');
  const text = fc.oneof(
    hostileText(0, 60).map(escaped),
    fc.constantFrom('1', '-5', '1e999', 'NaN', '60', '9e99', '0', '姓名', '身份证号', '_xD800_', '_x0000_'),
  );
  const cell = fc
    .tuple(place, type, style, text, fc.boolean())
    .map(([r, t, s, value, isInline]) =>
      isInline
        ? `<c${r}${t}${s}><is><t>${value}</t><rPh><t>x</t></rPh></is></c>`
        : `<c${r}${t}${s}><f>1</f><v>${value}</v></c>`,
    );
  const row = fc
    .tuple(
      fc.constantFrom('', ' r="1"', ' r="7"', ' r="-3"', ' r="9999999999"', ' hidden="1"'),
      fc.array(cell, { maxLength: 8 }),
    )
    .map(([at, cells]) => `<row${at}>${cells.join('')}</row>`);
  const merge = fc.constantFrom('A1:A9', 'A1:XFD1048576', 'B2:B1', '$A$1:$A$3', 'x', 'A0:A0', 'ZZZ1:ZZZ9');
  const wound = fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    {
      weight: 1,
      arbitrary: fc.tuple(
        fc.nat(),
        fc.constantFrom('<', '</row>', '<!--', ']]>', '<![CDATA[', '<a:b c="', '\u0000', '&#0;', '&x;'),
      ),
    },
  );
  return fc
    .tuple(fc.array(row, { maxLength: 8 }), fc.array(merge, { maxLength: 4 }), fc.array(text, { maxLength: 4 }), wound)
    .map(([rows, merges, strings, hurt]) => {
      const head = '<row><c t="inlineStr"><is><t>姓名</t></is></c><c t="inlineStr"><is><t>出生日期</t></is></c></row>';
      const refs = merges.map((ref) => `<mergeCell ref="${ref}"/>`).join('');
      const whole = `<worksheet><sheetData>${head}${rows.join('')}</sheetData><mergeCells>${refs}</mergeCells></worksheet>`;
      const at = hurt === null ? 0 : hurt[0] % whole.length;
      return storedZip([
        ['[Content_Types].xml', '<Types/>'],
        ['_rels/.rels', `<R><Relationship Id="a" Type="${office}/officeDocument" Target="xl/workbook.xml"/></R>`],
        ['xl/workbook.xml', '<workbook><sheets><sheet name="A" r:id="r1"/></sheets></workbook>'],
        [
          'xl/_rels/workbook.xml.rels',
          `<R>${['worksheet', 'sharedStrings', 'styles'].map((kind, n) => `<Relationship Id="r${n + 1}" Type="${office}/${kind}" Target="${kind}.xml"/>`).join('')}</R>`,
        ],
        ['xl/styles.xml', '<s><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></s>'],
        ['xl/sharedStrings.xml', `<sst>${strings.map((each) => `<si><t>${each}</t></si>`).join('')}</sst>`],
        ['xl/worksheet.xml', hurt === null ? whole : whole.slice(0, at) + hurt[1] + whole.slice(at)],
      ]);
    });
})();
