import path from 'node:path';
import { ipcMain } from 'electron';
import ElectronStore from 'electron-store';
import { openSettings, type Settings, type SettingsLog, setDamagedAside } from './settings.ts';

/** The settings file of this user-data folder, once Electron is ready. */
export function settingsOnDisk(userData: string, log: SettingsLog): Settings {
  const kept = setDamagedAside(path.join(userData, 'preferences.json'), Date.now());
  if (kept !== null) log('settings.damaged', { file: path.basename(kept) });
  const store = new ElectronStore<Record<string, unknown>>({
    name: 'preferences',
    cwd: userData,
    clearInvalidConfig: true,
    // Dots in keys mean nothing here: the file is read and written whole.
    accessPropertiesByDotNotation: false,
  });
  // It opens a channel of its own for pages that use it; ours do not, and one channel is all there is.
  ipcMain.removeAllListeners('electron-store-get-data');
  return openSettings(
    {
      get store(): unknown {
        return store.store;
      },
      set store(value: unknown) {
        store.store = value as Record<string, unknown>;
      },
    },
    log,
  );
}
