/** Core in a process of its own, to be killed: the parent sends calls, and dies with nobody. */
import { openSync, writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { openNodeCore } from '../../../tools/hosts/core.ts';

export type ChildInit = {
  readonly registerFile: string;
  readonly dataKeyHex: string;
  /** Added to the machine's clock, so that time does not go back from one child to the next. */
  readonly shiftMs: number;
  readonly central: { readonly url: string; readonly token: string } | null;
  /** Where each acknowledgement is noted before it is sent, one requestId a line. */
  readonly acksFile?: string;
};
export type ChildCall = { readonly id: number; readonly method: string; readonly input: unknown };

const init = JSON.parse(process.argv[2] ?? '') as ChildInit;
const core = await openNodeCore({
  registerFile: init.registerFile,
  dataKeyHex: init.dataKeyHex,
  resumeSession: true,
  testClock: true,
  embeddedCentral: init.central,
  time: { wallMs: () => Date.now() + init.shiftMs, monotonicMs: () => performance.now() },
});
const acks = init.acksFile === undefined ? null : openSync(init.acksFile, 'a');
process.on('message', (call: ChildCall) => {
  void core.dispatch(call.method, call.input).then((reply) => {
    const { requestId } = call.input as { readonly requestId?: string };
    if (acks !== null && reply.ok && requestId !== undefined) writeSync(acks, `${requestId}\n`);
    process.send?.({ id: call.id, reply });
  });
});
process.on('disconnect', () => void core.close().then(() => process.exit()));
// It will not live to write the cache at its end.
flushCompileCache();
process.send?.({ id: 0, reply: { ok: true, value: 'ready' } });
