import { type ChildProcess, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { Reply } from '../../../shared/errors.ts';
import type { ChildInit } from './coreChild.ts';

/**
 * Core that comes back whenever it was killed; calls in flight are sent again with the same requestId. `under` is a program
 * with its arguments that each life runs under, such as a tracer.
 */
export function restartingCore(init: Omit<ChildInit, 'shiftMs'>, under: readonly string[] = []) {
  let child: ChildProcess;
  let shiftMs = 0;
  let nextId = 1;
  const waiting = new Map<number, { readonly call: object; readonly resolve: (reply: Reply<unknown>) => void }>();
  const start = () => {
    const [tracer, ...options] = under;
    const node = [join(import.meta.dirname, 'coreChild.ts'), JSON.stringify({ ...init, shiftMs })];
    const run = tracer === undefined ? process.execPath : tracer;
    child = spawn(run, tracer === undefined ? node : [...options, process.execPath, ...node], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // Compiled once for all its lives.
      env: { ...process.env, NODE_COMPILE_CACHE: join(dirname(init.registerFile), 'compiled') },
    });
    const mine = child;
    child.on('message', ({ id, reply }: { id: number; reply: Reply<unknown> }) => {
      if (id === 0) {
        for (const { call } of waiting.values()) mine.send(call);
        return;
      }
      waiting.get(id)?.resolve(reply);
      waiting.delete(id);
    });
    return new Promise<void>((resolve) => child.once('message', () => resolve()));
  };
  const call = (method: string, input: object): Promise<Reply<unknown>> =>
    new Promise((resolve) => {
      const made = { id: nextId++, method, input };
      waiting.set(made.id, { call: made, resolve });
      if (child.connected) child.send(made, () => {});
    });
  return {
    start,
    call,
    pid: () => child.pid ?? 0,
    kill: async () => {
      const dead = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await dead;
    },
    /** Time that passes between two lives. */
    pass: (ms: number) => {
      shiftMs += ms;
    },
    /** Time that passes while it lives. A life that ends meanwhile needs no telling: the next one starts later. */
    advance: async (ms: number) => {
      shiftMs += ms;
      const id = nextId++;
      const mine = child;
      await new Promise<unknown>((resolve) => {
        waiting.set(id, {
          call: {},
          resolve: () => {
            mine.off('exit', resolve);
            resolve(undefined);
          },
        });
        mine.once('exit', resolve);
        if (mine.connected) mine.send({ id, method: 'clock.advance', input: { byMs: ms } }, () => {});
        else resolve(undefined);
      });
      waiting.delete(id);
    },
    stop: async () => {
      const dead = new Promise((resolve) => child.once('exit', resolve));
      child.disconnect();
      await dead;
    },
  };
}
