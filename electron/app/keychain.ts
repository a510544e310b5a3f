import { safeStorage } from 'electron';

/** Keeps a small secret in the system's own key store. */
export type Keychain = {
  readonly available: () => boolean;
  readonly wrap: (bytes: Uint8Array) => string;
  /** Null when this system's store did not make it, or no longer has the key. */
  readonly unwrap: (text: string) => Uint8Array | null;
};

/** The system's keychain, once Electron is ready. On Linux a store without a real key (`basic_text`) does not count as one. */
export function systemKeychain(): Keychain {
  const available = (): boolean => {
    if (!safeStorage.isEncryptionAvailable()) return false;
    if (process.platform !== 'linux') return true;
    const backend = safeStorage.getSelectedStorageBackend();
    return backend !== 'basic_text' && backend !== 'unknown';
  };
  return {
    available,
    wrap: (bytes) => safeStorage.encryptString(Buffer.from(bytes).toString('base64')).toString('base64'),
    unwrap: (text) => {
      if (!available()) return null;
      try {
        return new Uint8Array(Buffer.from(safeStorage.decryptString(Buffer.from(text, 'base64')), 'base64'));
      } catch {
        return null;
      }
    },
  };
}
