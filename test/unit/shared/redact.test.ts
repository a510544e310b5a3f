import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../../shared/redact.ts';

const gs = String.fromCharCode(29);

describe('redact', () => {
  it.each([
    ['310104198002291236', 'a resident ID'],
    ['11010519491231002X', 'one with X'],
    ['11010519491231002x', 'one with a small x'],
    ['110105491231002', 'the old one of 15'],
    ['３１０１０４１９８００２２９１２３６', 'full-width digits'],
    ['310104 19800229 1236', 'one with blanks'],
    ['13800138000', 'a phone'],
    ['+86 138 0013 8000', 'a phone with blanks'],
    ['138-0013-8000', 'a phone with hyphens'],
    ['H12345678', 'a travel permit'],
    ['0106921734900135172409011021SN1', 'a GS1 text without separators'],
    ['(01)06921734900135(21)SN1', 'GS1 in brackets'],
    [']d201069217349001351021SN1', 'GS1 with an identifier'],
    [`0106921734900135${gs}21SN1`, 'GS1 with a separator'],
    ['{GS}21SN0084471', 'a replaced separator'],
    ['MA.156.M0.100350.01004YA10017.SLMSAGAAAC', 'an MA code'],
    ['88.118.8/ABC', 'an industrial identifier'],
    ['https://example.com/01/06921734900135/21/SN1?17=240901', 'a Digital Link'],
    ['P<CHNZHANG<<SAN<<<<<<<<<<<<<<<', 'a passport line'],
    ['YP7K2M9QT4XC', 'a person QR'],
    ['SN0084471ABCD', 'a serial'],
    ['9f2c41d07b6e835a9f2c41d07b6e835a', 'a key in hex'],
  ])('masks %s (%s)', (secret) => {
    for (const text of [secret, `read ${secret} at the desk`, `"${secret}"`, `扫码${secret}失败`, `[${secret}]`]) {
      const out = redact(text);
      expect(out).toContain('[…]');
      for (const run of out.match(/[0-9]+/g) ?? []) expect(run.length, out).toBeLessThan(6);
      expect(out).not.toContain(secret);
    }
  });

  it.each([
    ['{"name":"张三","at":3}', ['张三']],
    ["{ personName: '李 娟', ok: true }", ['李', '娟']],
    ['guardianName="O\\"Brien" next', ['O', 'Brien']],
    ['姓名：“王强”', ['王强']],
    ['姓名：王强，年龄 5', ['王强']],
    ['address: "3 号楼 101"', ['号楼', '101']],
    ['passphrase=correct-horse', ['correct', 'horse']],
    ['"dataKeyHex": "abc"', ['abc']],
    ['Authorization: Bearer abc.def-ghi', ['abc', 'ghi']],
    ['token=xyz', ['xyz']],
    ['{"text":"张三 unfinished', ['张三', 'unfinished']],
    ['/home/zhangsan/.config/x', ['zhangsan']],
    ['C:\\Users\\张三\\AppData', ['张三']],
    ['https://user:pass@example.com/path', ['user', 'pass@', 'path']],
  ])('masks what is told by its key or place: %s', (text, secrets) => {
    const out = redact(text);
    for (const secret of secrets) expect(out).not.toContain(secret);
    expect(out).toContain('[…]');
  });

  it.each([
    'core.ready',
    'call.failed in 35 ms',
    'SQLITE_FULL',
    'exit code 139, signal SIGKILL',
    'batch of 500, 12 parked',
    'desk.scan took 12.5 ms',
    'http 503 after 3 tries',
    'at dispatch (core.js:120:14)',
  ])('leaves %s as it is', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('lets no long digit run through, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.string(), fc.stringMatching(/^\d{6,18}$/), fc.string(), (before, digits, after) => {
        expect(redact(before + digits + after)).not.toMatch(/\d{6}/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is done in time on long and nasty texts', () => {
    const start = performance.now();
    for (const piece of ['"', 'name:"', '\\', '<<', '(01)', 'A1', ' 1', 'https://', '“'])
      redact(piece.repeat(4_000 / piece.length));
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
