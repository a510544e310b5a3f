import { createConsensus } from './consensus.ts';
import { type CameraChoice, camerasThere, type Light, lightOn } from './light.ts';
import { createPictureReader, type ReaderState } from './pictureReader.ts';
import type { CameraProblem } from './problems.ts';
import { searchedRegion } from './region.ts';

/** What came of a picture file or a pasted picture. */
export type PictureOutcome = 'reading' | 'read' | 'noCode' | 'tooLarge' | 'notPicture' | 'failed';

export type ScanCameraState = {
  readonly light: 'off' | 'starting' | 'on';
  readonly stream: MediaStream | null;
  readonly problem: CameraProblem | null;
  readonly reader: ReaderState;
  readonly cameras: readonly CameraChoice[];
  readonly cameraId: string | null;
  /** Null where the camera has no torch. */
  readonly torch: 'on' | 'off' | null;
  /** What the last frames showed: a code that counted stays `taken` until it has left the picture. */
  readonly seen: 'nothing' | 'unsure' | 'taken';
  readonly picture: PictureOutcome | null;
  /** Something stands over the desk: nothing is scanned until it is gone. */
  readonly isHeld: boolean;
};

export type ScanCamera = {
  readonly now: () => ScanCameraState;
  readonly subscribe: (listener: () => void) => () => void;
  readonly turnOn: () => void;
  readonly turnOff: () => void;
  readonly choose: (cameraId: string) => void;
  readonly toggleTorch: () => void;
  /** Frames are taken from this element, which shows the stream. Answers the function that ends it. */
  readonly watch: (video: HTMLVideoElement) => () => void;
  readonly readPicture: (file: Blob) => Promise<PictureOutcome>;
  readonly startReaderAgain: () => void;
  readonly close: () => void;
};

/** The chosen camera, for as long as the window lives: its session keeps nothing on the disk. */
let chosenCameraId: string | null = null;

/** A code that lies there is not read on every frame: what was said of it stays for this long, ms. */
const staysMs = 600;

/** A dialog, a drawer or a question stands over the desk. */
function isSomethingOver(): boolean {
  return document.querySelector('[role="dialog"], [role="alertdialog"]') !== null;
}

/** The camera and the reader of pictures, from the panel's opening to its closing. `onScan` gets what counts. */
export function createScanCamera(onScan: (text: string) => void): ScanCamera {
  let light: Light | null = null;
  /** Which turning on is the newest; an older one that still comes is put out at once. */
  let turn = 0;
  let isClosed = false;
  let consensus = createConsensus();
  let takenAtMs = Number.NEGATIVE_INFINITY;
  const listeners = new Set<() => void>();
  let state: ScanCameraState = {
    light: 'off',
    stream: null,
    problem: null,
    reader: 'loading',
    cameras: [],
    cameraId: null,
    torch: null,
    seen: 'nothing',
    picture: null,
    isHeld: false,
  };

  function set(change: Partial<ScanCameraState>): void {
    const names = Object.keys(change) as (keyof ScanCameraState)[];
    if (isClosed || names.every((name) => state[name] === change[name])) return;
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  }

  const reader = createPictureReader((next) => set({ reader: next }));

  async function listCameras(): Promise<void> {
    set({ cameras: await camerasThere() });
  }

  async function turnOn(): Promise<void> {
    putOut();
    turn += 1;
    const mine = turn;
    set({ light: 'starting', problem: null, picture: null });
    const answer = await lightOn(chosenCameraId, () => {
      if (mine !== turn) return;
      turnOff();
      set({ problem: 'unplugged' });
    });
    if (mine !== turn || isClosed) {
      if (typeof answer !== 'string') answer.off();
      return;
    }
    if (typeof answer === 'string') {
      set({ light: 'off', problem: answer });
    } else {
      light = answer;
      consensus = createConsensus();
      takenAtMs = Number.NEGATIVE_INFINITY;
      set({
        light: 'on',
        stream: answer.stream,
        cameraId: answer.deviceId,
        torch: answer.torch === null ? null : 'off',
        seen: 'nothing',
      });
    }
    await listCameras();
  }

  function putOut(): void {
    light?.off();
    light = null;
  }

  function turnOff(): void {
    turn += 1;
    putOut();
    set({ light: 'off', stream: null, torch: null, seen: 'nothing' });
  }

  async function readFrame(video: HTMLVideoElement): Promise<void> {
    const isHeld = isSomethingOver();
    set({ isHeld });
    if (isHeld || light === null || !reader.isFree()) return;
    const region = searchedRegion(video.videoWidth, video.videoHeight);
    if (region === null) return;
    const mine = turn;
    const bitmap = await createImageBitmap(video, region.left, region.top, region.width, region.height).catch(
      // Between two cameras a video has no picture for a moment.
      () => null,
    );
    if (bitmap === null) return;
    const answer = await reader.readFrame(bitmap);
    if (answer.kind !== 'read' || mine !== turn || isClosed) return;
    if (isSomethingOver()) return;
    const nowMs = performance.now();
    const verdict = consensus.see(answer.read, nowMs);
    if (verdict === 'take' || verdict === 'taken') takenAtMs = nowMs;
    set({ seen: nowMs - takenAtMs < staysMs ? 'taken' : verdict === 'unsure' ? 'unsure' : 'nothing' });
    if (verdict !== 'take' || answer.read === null) return;
    set({ picture: null });
    onScan(answer.read.text);
  }

  function watch(video: HTMLVideoElement): () => void {
    let handle = 0;
    let isTaking = false;
    const onFrame = (): void => {
      handle = video.requestVideoFrameCallback(onFrame);
      if (isTaking) return;
      isTaking = true;
      void readFrame(video).finally(() => {
        isTaking = false;
      });
    };
    handle = video.requestVideoFrameCallback(onFrame);
    return () => video.cancelVideoFrameCallback(handle);
  }

  async function readPicture(file: Blob): Promise<PictureOutcome> {
    set({ picture: 'reading' });
    const answer = await reader.readPicture(file);
    const outcome: PictureOutcome =
      answer.kind === 'gone'
        ? 'failed'
        : answer.kind === 'refused'
          ? answer.problem
          : answer.read === null
            ? 'noCode'
            : 'read';
    if (isClosed) return 'failed';
    set({ picture: outcome });
    if (answer.kind === 'read' && answer.read !== null) onScan(answer.read.text);
    return outcome;
  }

  async function devicesChanged(): Promise<void> {
    await listCameras();
    // Plugged in again while the panel says that there is none.
    const waits = state.problem === 'none' || state.problem === 'unplugged';
    if (!isClosed && waits && state.cameras.length > 0) await turnOn();
  }

  const onDevices = (): void => void devicesChanged();
  navigator.mediaDevices?.addEventListener('devicechange', onDevices);

  return {
    now: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    turnOn: () => void turnOn(),
    turnOff,
    choose: (cameraId) => {
      chosenCameraId = cameraId;
      void turnOn();
    },
    toggleTorch: () => {
      const on = state.torch === 'off';
      const mine = turn;
      void light?.torch?.set(on).then((done) => {
        if (done && mine === turn) set({ torch: on ? 'on' : 'off' });
      });
    },
    watch,
    readPicture,
    startReaderAgain: () => reader.startAgain(),
    close: () => {
      turnOff();
      isClosed = true;
      navigator.mediaDevices?.removeEventListener('devicechange', onDevices);
      reader.close();
    },
  };
}
