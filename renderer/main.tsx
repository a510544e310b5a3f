import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './ui/tokens.css';
import './ui/base.css';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { callStation } from './station.ts';

/** Styles that are made at run time carry the nonce of this load, the scroll lock behind drawers among them. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
setNonce(nonce);

async function start(): Promise<void> {
  const root = document.getElementById('root');
  if (root === null) return;
  // Language, theme and text size are known before the first frame, so that nothing flickers.
  const reply = await callStation('preferences.get', {});
  createRoot(root).render(
    <StrictMode>
      <App nonce={nonce} preferences={reply.ok ? reply.value : null} />
    </StrictMode>,
  );
}

void start();
