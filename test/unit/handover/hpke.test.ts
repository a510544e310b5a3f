import { describe, expect, it } from 'vitest';
import {
  aes128Gcm,
  aes256Gcm,
  makeX25519Pair,
  publicOfX25519,
  setUpReceiver,
  setUpSender,
} from '../../../handover/hpke.ts';

const hex = (text: string) => Buffer.from(text, 'hex');
const info = Buffer.from('Ode on a Grecian Urn');
const plain = Buffer.from('Beauty is truth, truth beauty');
const aad = (n: number) => Buffer.from(`Count-${n}`);
const pairOf = (privateKey: Buffer) => ({ privateKey, publicKey: publicOfX25519(privateKey) });

describe('HPKE', () => {
  it('is what RFC 9180, A.1.1 says: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode', () => {
    const ephemeral = pairOf(hex('52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736'));
    const receiver = pairOf(hex('4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8'));
    expect(receiver.publicKey).toEqual(hex('3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d'));
    const sealed = [
      'f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a',
      'af2d7e9ac9ae7e270f46ba1f975be53c09f8d875bdc8535458c2494e8a6eab251c03d0c22a56b8ca42c2063b84',
    ].map(hex);
    const sender = setUpSender(receiver.publicKey, info, aes128Gcm, ephemeral);
    expect(sender?.enc).toEqual(hex('37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431'));
    expect(sealed.map((_each, n) => sender?.seal(plain, aad(n)))).toEqual(sealed);
    const opener = setUpReceiver(receiver.privateKey, sender?.enc ?? hex(''), info, aes128Gcm);
    expect(sealed.map((each, n) => opener?.open(each, aad(n)))).toEqual([plain, plain]);
  });

  it('is what others make of the same with AES-256-GCM, which our files use', () => {
    const ephemeral = pairOf(hex('28e212563a8b6f068af7ff17400ff1baf23612b7a738bbaf5dfb321b2b5b431a'));
    const receiver = hex('ac66bae9ffa270cf4a89ed9f274e30c0456babae2572aaaf002ff0d8884ab018');
    expect(setUpSender(receiver, info, aes256Gcm, ephemeral)?.seal(plain, aad(0))).toEqual(
      hex('23ded2d5d90ea89d975dac4792b297240f194952d7421aacbff0474100052b6bb8aa58d18ef6c42b6960e2e28f'),
    );
  });

  it('opens nothing that is changed, out of turn, under other words, or for somebody else', () => {
    const receiver = makeX25519Pair();
    const sender = setUpSender(receiver.publicKey, info);
    if (sender === null) throw new Error('no sender');
    const [first, second] = [sender.seal(plain, aad(0)), sender.seal(plain, aad(1))];
    const openFirst = (sealed: Uint8Array, with_ = receiver.privateKey, about = info, words = aad(0)) =>
      setUpReceiver(with_, sender.enc, about)?.open(sealed, words);
    expect(openFirst(first)).toEqual(plain);
    const changed = Buffer.from(first);
    changed[3] = (changed[3] ?? 0) ^ 1;
    expect(openFirst(changed)).toBeNull();
    expect(openFirst(second, receiver.privateKey, info, aad(1))).toBeNull();
    expect(openFirst(first, makeX25519Pair().privateKey)).toBeNull();
    expect(openFirst(first, receiver.privateKey, Buffer.from('other'))).toBeNull();
    expect(openFirst(first, receiver.privateKey, info, aad(1))).toBeNull();
    expect(openFirst(Buffer.alloc(3))).toBeNull();
  });

  it('takes no key with which everybody would have the secret', () => {
    for (const low of ['00'.repeat(32), `01${'00'.repeat(31)}`, `ecffffff${'ff'.repeat(27)}7f`]) {
      expect(setUpSender(hex(low), info)).toBeNull();
      expect(setUpReceiver(makeX25519Pair().privateKey, hex(low), info)).toBeNull();
    }
    expect(setUpSender(Buffer.alloc(31, 7), info)).toBeNull();
  });
});
