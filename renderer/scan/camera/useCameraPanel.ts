import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useStationEvent } from '../../station.ts';
import { createScanCamera, type ScanCamera } from './scanCamera.ts';

export type CameraPanelHand = {
  /** Null while the panel is closed: then no light is on and no worker runs. */
  readonly camera: ScanCamera | null;
  /** Opens the panel with the light on, turns the light on in an open one, or closes it. */
  readonly toggle: () => void;
  /** Answers whether there was something to close. */
  readonly close: () => boolean;
  readonly readPicture: (file: Blob) => void;
};

/** A list, a field, anything that takes keys or text. */
function isEditing(): boolean {
  const element = document.activeElement;
  if (element instanceof HTMLInputElement) return element.type !== 'file';
  return (
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement ||
    (element instanceof HTMLElement && element.isContentEditable)
  );
}

/** The first picture among files, whatever its type says when there is only one: the reader looks into it. */
export function pictureOf(files: FileList | null | undefined): File | null {
  const all = [...(files ?? [])];
  return all.find(({ type }) => type.startsWith('image/')) ?? all[0] ?? null;
}

/**
 * The desk's camera panel: closed, and its light out, as soon as the desk is left or locked or the window is not seen.
 * A picture that is pasted while nothing is being edited is read as well.
 */
export function useCameraPanel(onScan: (text: string) => void): CameraPanelHand {
  const [camera, setCamera] = useState<ScanCamera | null>(null);
  const open = useRef<ScanCamera | null>(null);
  const newest = useRef(onScan);
  useEffect(() => {
    newest.current = onScan;
  });

  const close = useCallback((): boolean => {
    const wasOpen = open.current !== null;
    open.current?.close();
    open.current = null;
    setCamera(null);
    return wasOpen;
  }, []);
  useEffect(() => () => void close(), [close]);

  const ensureOpen = useCallback((): ScanCamera => {
    open.current ??= createScanCamera((text) => newest.current(text));
    setCamera(open.current);
    return open.current;
  }, []);

  const toggle = useCallback((): void => {
    const state = open.current?.now();
    if (state !== undefined && (state.light !== 'off' || state.problem !== null)) close();
    else ensureOpen().turnOn();
  }, [close, ensureOpen]);

  const readPicture = useCallback(
    (file: Blob): void => {
      const wasOpen = open.current !== null;
      const mine = ensureOpen();
      void mine.readPicture(file).then((outcome) => {
        // Opened for this picture only: what it read stands on the stage.
        if (!wasOpen && outcome === 'read' && open.current === mine && mine.now().light === 'off') close();
      });
    },
    [close, ensureOpen],
  );

  useStationEvent('window.seen', ({ isSeen }) => {
    if (!isSeen) close();
  });

  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => {
      if (isEditing() || document.querySelector('[role="dialog"]') !== null) return;
      const file = pictureOf(event.clipboardData?.files);
      if (file === null) return;
      event.preventDefault();
      readPicture(file);
    };
    window.addEventListener('paste', onPaste);
    return () => window.removeEventListener('paste', onPaste);
  }, [readPicture]);

  return useMemo(() => ({ camera, toggle, close, readPicture }), [camera, toggle, close, readPicture]);
}
