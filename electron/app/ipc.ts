import { randomUUID } from 'node:crypto';
import { type BrowserWindow, type IpcMainInvokeEvent, ipcMain } from 'electron';
import { callChannel, type EventName, eventChannel } from '../../shared/contract.ts';
import { fail, type Reply } from '../../shared/errors.ts';
import { answerCall, type CallParts } from './calls.ts';
import { isTrustedSender } from './policy.ts';

/** Opens the one door into this process. `window` says which window is ours at the moment of each call. */
export function openCallChannel(window: () => BrowserWindow | null, parts: Omit<CallParts, 'newId'>): void {
  const whole: CallParts = { ...parts, newId: () => randomUUID().slice(0, 8) };
  ipcMain.handle(callChannel, (event, method: unknown, input: unknown): Promise<Reply<unknown>> | Reply<unknown> => {
    if (!isFromOurPage(event, window())) {
      parts.log('call.fromStranger');
      return fail('FORBIDDEN');
    }
    return answerCall(whole, method, input);
  });
}

function isFromOurPage(event: IpcMainInvokeEvent, window: BrowserWindow | null): boolean {
  if (window === null || window.isDestroyed()) return false;
  const { webContents } = window;
  const frame = event.senderFrame;
  return isTrustedSender(
    {
      contentsId: event.sender.id,
      frame: frame === null ? null : { routingId: frame.routingId, processId: frame.processId, url: frame.url },
    },
    {
      contentsId: webContents.id,
      mainFrame: { routingId: webContents.mainFrame.routingId, processId: webContents.mainFrame.processId },
    },
  );
}

/** Sends an event to the window, if there is one to hear it. */
export function sendEvent(window: BrowserWindow | null, name: EventName, payload: unknown): void {
  if (window === null || window.isDestroyed() || window.webContents.isDestroyed()) return;
  window.webContents.send(eventChannel, name, payload);
}
