import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';

const tool = new URL('../../../tools/codes.ts', import.meta.url).pathname;

async function run(input: string | Buffer, ...args: string[]) {
  const child = spawn(process.execPath, [tool, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const output: string[] = [];
  const errors: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => output.push(chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => errors.push(chunk));
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  const lines = output.join('').split('\n').filter(Boolean);
  return { code, lines: lines.map((line) => JSON.parse(line)), errors: errors.join('') };
}

describe('npm run codes', () => {
  it('answers each line, whatever it is', async () => {
    const { code, lines, errors } = await run(
      [
        JSON.stringify(']d2010692173490013517240901'),
        '',
        'not json',
        '{"a":1}',
        `${JSON.stringify('13800138000')}\r`,
        '"a\u2028b"',
        JSON.stringify('\ud800'),
        JSON.stringify('12345678'),
      ].join('\n'),
      '--today',
      '2024-05-06',
    );
    expect(errors).toBe('');
    expect(code).toBe(0);
    expect(lines).toEqual([
      {
        ok: true,
        kind: 'gs1',
        fields: { '01': '06921734900135', '17': '240901' },
        warnings: [],
        raw: ']d2010692173490013517240901',
      },
      { ok: false, kind: null, error: { code: 'syntax', message: expect.any(String), at: 0 }, raw: 'not json' },
      { ok: false, kind: null, error: { code: 'syntax', message: expect.any(String), at: 0 }, raw: '{"a":1}' },
      { ok: true, kind: 'mobile', fields: { number: '13800138000' }, warnings: [], raw: '13800138000' },
      { ok: false, kind: null, error: { code: 'charset', message: expect.any(String), at: 1 }, raw: 'a\u2028b' },
      { ok: false, kind: null, error: { code: 'charset', message: expect.any(String), at: 0 }, raw: '\ud800' },
      {
        ok: false,
        kind: null,
        error: { code: 'ambiguous', message: expect.any(String), at: 0 },
        raw: '12345678',
        candidates: ['travelPermit', 'serial'],
      },
    ]);
  });

  it('knows what a site has learned of its stock, and refuses what is no pattern', async () => {
    const input = ['KT000001', 'KT00001', '10000001'].map((text) => JSON.stringify(text)).join('\n');
    const { lines } = await run(input, '--patterns', 'KT:8,1000:8');
    expect(lines).toMatchObject([
      { ok: true, kind: 'serial' },
      { ok: false, kind: 'serial', error: { code: 'length', message: expect.stringContaining('lost a character') } },
      { ok: true, kind: 'serial' },
    ]);
    const refused = await run(input, '--patterns', 'KT8');
    expect(refused).toMatchObject({ code: 2, lines: [], errors: expect.stringContaining('PREFIX:LENGTH') });
  });

  it('answers before the input has ended', async () => {
    const child = spawn(process.execPath, [tool], { stdio: ['pipe', 'pipe', 'inherit'] });
    const text = JSON.stringify('13800138000');
    child.stdin.write(`${text.slice(0, 5)}`);
    child.stdin.write(`${text.slice(5)}\n"138`);
    const [first] = await once(child.stdout.setEncoding('utf8'), 'data');
    expect(JSON.parse(first)).toMatchObject({ kind: 'mobile' });
    child.stdin.end('00138001"');
    const [second] = await once(child.stdout, 'data');
    expect(JSON.parse(second)).toMatchObject({ fields: { number: '13800138001' } });
    await once(child, 'close');
  });

  it('takes a flood of lines, and bytes that are no text', async () => {
    const many = await run(`${JSON.stringify('SN000001')}\n`.repeat(50_000));
    expect(many.lines).toHaveLength(50_000);
    const noise = await run(Buffer.from([0xff, 0xfe, 0x0a, 0x22, 0xc3, 0x22, 0x0a]));
    expect(noise.code).toBe(0);
    expect(noise.lines).toHaveLength(2);
  });

  it('says where a line stops being a JSON string', async () => {
    const { lines } = await run('"ab\u001dc"\n"ab\n"ab\\x1d"\n"a" "b"\n');
    expect(lines.map(({ error }) => error.at)).toEqual([3, 3, 4, 4]);
  });

  it('knows the patterns of the stock', async () => {
    const { lines } = await run('"KT220000001"\n"KT2200000001"\n', '--patterns', 'KT22:12,:30');
    expect(lines[0]).toMatchObject({ ok: false, kind: 'serial', error: { code: 'length', at: 11 } });
    expect(lines[1]).toMatchObject({ ok: true, kind: 'serial' });
  });

  it.each([
    [['--today', '2024-02-30'], '2024-02-30'],
    [['--patterns', 'KT22'], 'KT22'],
    [['--patterns', 'KT22:3'], 'KT22:3'],
    [['--pattern', 'KT22:12'], '--pattern'],
  ])('refuses %j', async (args, named) => {
    const { code, errors } = await run('', ...args);
    expect(code).toBe(2);
    expect(errors).toContain(named);
    expect(errors.trim().split('\n')).toHaveLength(1);
  });
});
