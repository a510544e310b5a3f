import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditHeadsAnswerSchema, auditHeadsReplySchema, routes } from '../../shared/central.ts';
import { type AuditHead, headText, type SignedHead } from '../../shared/model/audit.ts';
import { countRows, databaseKinds, openMigrated, type TestDatabase } from './databases.ts';
import { problemOf, type Service, type Station, startService } from './service.ts';

function signer() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    publicKey: publicKey.export({ format: 'jwk' }).x ?? '',
    sign: (head: AuditHead): SignedHead => ({
      ...head,
      signature: sign(null, Buffer.from(headText(head)), privateKey).toString('base64url'),
    }),
  };
}

const hashOf = (digit: string) => digit.repeat(64);

describe.each(databaseKinds)('heads of the audit log on $name', (kind) => {
  let opened: TestDatabase;
  let here: Service;
  let there: Service;
  beforeAll(async () => {
    opened = await openMigrated(kind);
    here = await startService(opened.database);
    there = await startService(opened.other);
  });
  afterAll(async () => {
    await here?.close();
    await there?.close();
    await opened?.close();
  });

  const post = async (station: Station, body: unknown) =>
    station.fetch(routes.auditHeads, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  /** An installation with a key of its own that uploads to a station of its own. */
  const installation = async (station?: Station) => {
    const of = station ?? (await here.station());
    const installationId = randomUUID();
    const key = signer();
    const head = (n: number, seq: number, more: Partial<AuditHead> = {}): SignedHead =>
      key.sign({
        installationId,
        n,
        day: '2022-04-10',
        seq,
        hash: hashOf('a'),
        count: seq,
        atMs: 1_649_558_530_000,
        ...more,
      });
    const upload = async (heads: readonly SignedHead[], publicKey = key.publicKey, at: Station = of) => {
      const response = await post(at, { installationId, publicKey, heads });
      expect(response.status).toBe(200);
      const { receipts } = auditHeadsAnswerSchema.parse(await response.json());
      return receipts.map(({ status, code }) => code ?? status);
    };
    return { station: of, installationId, key, head, upload };
  };
  const kept = async (station: Station) =>
    auditHeadsReplySchema.parse(await (await station.fetch(routes.keptAuditHeads)).json());

  it('keeps them in order and answers the same again: sent twice is stored once', async () => {
    const { station, installationId, key, head, upload } = await installation();
    const heads = [head(1, 10), head(2, 25), head(3, 26)];
    expect(await upload(heads)).toEqual(['stored', 'stored', 'stored']);
    expect(await upload(heads)).toEqual(['duplicate', 'duplicate', 'duplicate']);
    const own = await kept(station);
    expect(own).toMatchObject({ conflicts: 0, keys: [{ installationId, publicKey: key.publicKey }] });
    expect(own.heads.map(({ n }) => n)).toEqual([3, 2, 1]);
    expect(own.heads.at(-1)).toEqual(heads[0]);
  });

  it('one that came late is taken where it fits between the others', async () => {
    const { head, upload } = await installation();
    expect(await upload([head(1, 10), head(3, 30)])).toEqual(['stored', 'stored']);
    expect(await upload([head(2, 20)])).toEqual(['stored']);
  });

  it('the same entry with another hash, the same number with another content: refused, flagged once, the first stays', async () => {
    const { station, head, upload } = await installation();
    await upload([head(1, 10)]);
    expect(await upload([head(2, 10, { hash: hashOf('b') })])).toEqual(['otherHash']);
    expect(await upload([head(1, 11)])).toEqual(['otherHash']);
    expect(await upload([head(1, 11)])).toEqual(['otherHash']);
    const own = await kept(station);
    expect(own.conflicts).toBe(2);
    expect(own.heads).toEqual([head(1, 10)]);
  });

  it('a log that went back is refused and flagged', async () => {
    const { station, head, upload } = await installation();
    await upload([head(1, 10), head(2, 500)]);
    expect(await upload([head(3, 400)])).toEqual(['wentBack']);
    expect((await kept(station)).conflicts).toBe(1);
    expect(await upload([head(4, 501)])).toEqual(['stored']);
  });

  it('the key of the first upload stays: another one is refused and flagged, a wrong signature is no head at all', async () => {
    const { station, head, upload, key } = await installation();
    await upload([head(1, 10)]);
    const other = signer();
    const { signature: _former, ...facts } = head(2, 20);
    expect(await upload([other.sign(facts)], other.publicKey)).toEqual(['otherKey']);
    expect(await upload([other.sign(facts)])).toEqual(['badSignature']);
    expect(await upload([{ ...head(2, 20), seq: 21 }])).toEqual(['badSignature']);
    expect(await kept(station)).toMatchObject({ conflicts: 1, keys: [{ publicKey: key.publicKey }] });
    expect(await upload([head(2, 20)])).toEqual(['stored']);
  });

  it('each station has its own: another one’s upload does not touch it, a head of another installation is refused', async () => {
    const first = await installation();
    const second = await installation();
    await first.upload([first.head(1, 10)]);
    expect(await first.upload([first.head(1, 99)], first.key.publicKey, second.station)).toEqual(['stored']);
    expect(await first.upload([second.head(1, 5)])).toEqual(['otherInstallation']);
    expect((await kept(first.station)).heads).toEqual([first.head(1, 10)]);
    const restored = await installation(first.station);
    expect(await restored.upload([restored.head(1, 4)])).toEqual(['stored']);
    expect((await kept(first.station)).keys).toHaveLength(2);
  });

  it('two that contradict each other at the same moment: one is kept', async () => {
    const { station, head, upload } = await installation();
    const answers = await Promise.all([
      upload([head(1, 10)]),
      upload([head(1, 10, { hash: hashOf('b') })], undefined, station.at(there)),
    ]);
    expect(answers.flat().sort()).toEqual(['otherHash', 'stored']);
  });

  it('needs a token and its own shape, and stores nothing else', async () => {
    const { station, installationId, key, head } = await installation();
    const before = await countRows(opened.database, 'audit_heads');
    const stranger = await fetch(`${here.url}${routes.auditHeads}`, { method: 'POST', body: '{}' });
    expect((await problemOf(stranger)).code).toBe('unauthorized');
    expect((await fetch(`${here.url}${routes.keptAuditHeads}`)).status).toBe(401);
    for (const body of [
      {},
      { installationId, publicKey: 'x', heads: [head(1, 1)] },
      { installationId, publicKey: key.publicKey, heads: [] },
      { installationId, publicKey: key.publicKey, heads: Array.from({ length: 101 }, (_, n) => head(n + 1, n + 1)) },
      { installationId, publicKey: key.publicKey, heads: [{ ...head(1, 1), name: '张三' }] },
      { installationId: 'a\u0000b', publicKey: key.publicKey, heads: [head(1, 1)] },
    ]) {
      expect((await problemOf(await post(station, body))).status).toBe(400);
    }
    expect(await countRows(opened.database, 'audit_heads')).toBe(before);
  });
});
