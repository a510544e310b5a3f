/** A core without rules, in a process of its own: it answers, reports and dies on command. */
import type { FromCore, ToCore } from '../../../electron/app/coreMessages.ts';

const send = (message: FromCore): void => {
  process.send?.(message);
};
let told: unknown = null;

/** A loop that never ends, or ends after so many ms: nothing is heard meanwhile. */
function spin(ms = Number.POSITIVE_INFINITY): void {
  const startedMs = performance.now();
  while (performance.now() - startedMs < ms);
}

process.on('message', (message: ToCore) => {
  switch (message.kind) {
    case 'init':
      told = message.init;
      if (message.init.programVersion === 'never ready') process.exit(3);
      if (message.init.programVersion === 'hangs at start') spin();
      send({ kind: 'rememberKey', dataKeyHex: 'ab'.repeat(32) });
      send({ kind: 'ready' });
      return;
    case 'call':
      if (message.method === 'die') process.kill(process.pid, 'SIGKILL');
      if (message.method === 'hang') return;
      if (message.method === 'spin') spin();
      if (message.method === 'slowStep') {
        send({ kind: 'longStep', forMs: 60_000 });
        spin(Number((message.input as { ms: number }).ms));
      }
      if (message.method === 'event') send({ kind: 'event', name: 'desk.changed', payload: message.input });
      if (message.method === 'keychain') send({ kind: 'hostCall', id: 7, name: 'keychain.wrap', value: null });
      send({
        kind: 'reply',
        id: message.id,
        reply: { ok: true, value: { method: message.method, input: message.input, told, pid: process.pid } },
      });
      return;
    case 'ping':
      send({ kind: 'pong', n: message.n });
      return;
    case 'hostReply':
      send({ kind: 'log', event: 'hostReply', fields: { id: message.id, reason: message.failed ? 'failed' : 'done' } });
      return;
    case 'close':
      if ((told as { programVersion: string }).programVersion === 'never closes') return;
      process.exit(0);
  }
});
