import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * The window's side. The page is served from app://station/ under a strict content security policy, so the built
 * page holds no inline script and no file is turned into a data: address.
 */
export default defineConfig({
  root: 'renderer',
  base: '/',
  plugins: [react()],
  build: {
    outDir: '../build/renderer',
    emptyOutDir: true,
    target: 'chrome130',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: true,
    // The whole window is one program on the same disk: one large file is no fault here.
    chunkSizeWarningLimit: 4096,
  },
  // The code reader's worker imports as the page does.
  worker: { format: 'es' },
  server: { host: '127.0.0.1', strictPort: false },
});
