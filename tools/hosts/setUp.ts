import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright';

export const toolPassphrase = 'only for this run of the tool';
export const toolPin = '2580';

type Bridge = {
  station: { call: (method: string, input: object) => Promise<{ ok: boolean; value?: unknown; error?: unknown }> };
};

/** One contract call through the window; throws what it was refused with. */
export async function callThrough(page: Page, method: string, input: object): Promise<unknown> {
  const reply = await page.evaluate(([name, value]) => (window as unknown as Bridge).station.call(name, value), [
    method,
    input,
  ] as const);
  if (!reply.ok) throw new Error(`${method}: ${JSON.stringify(reply.error)}`);
  return reply.value;
}

/** Makes a register without walking through the wizard, for tools that measure something else. */
export async function setUpByCalls(page: Page, data: 'sample' | 'empty'): Promise<void> {
  const { recoveryKey } = (await callThrough(page, 'register.prepareKey', {})) as { recoveryKey: string };
  await callThrough(page, 'register.create', {
    requestId: randomUUID(),
    siteName: '示例检测点',
    stationName: '1',
    zone: 'Asia/Shanghai',
    protection: 'passphrase',
    passphrase: toolPassphrase,
    recoveryKeyRepeated: recoveryKey,
    operatorName: '李娟',
    pin: toolPin,
    data,
  });
}
