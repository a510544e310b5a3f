import { type CameraProblem, cameraProblem } from './problems.ts';

export type CameraChoice = { readonly id: string; readonly name: string };

/** A camera whose light is on. */
export type Light = {
  readonly stream: MediaStream;
  /** The device that it turned out to be. */
  readonly deviceId: string;
  /** Null where this camera has no torch. */
  readonly torch: { readonly set: (on: boolean) => Promise<boolean> } | null;
  readonly off: () => void;
};

/** Not in TypeScript's own list (Image Capture specification). */
type TorchCapabilities = MediaTrackCapabilities & { readonly torch?: boolean };
type TorchConstraints = MediaTrackConstraintSet & { readonly torch: boolean };

const wanted: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };

/**
 * Puts a camera's light on: the chosen one or, where that is not there, any. Never the microphone. `onEnd` is called when
 * the camera goes by itself, unplugged or taken by the system; not after `off`.
 */
export async function lightOn(chosenId: string | null, onEnd: () => void): Promise<Light | CameraProblem> {
  // Only pages of a secure origin have it; ours is one.
  if (navigator.mediaDevices === undefined) return 'other';
  let stream: MediaStream;
  try {
    stream = await askFor(chosenId);
  } catch (error) {
    return cameraProblem(error);
  }
  const track = stream.getVideoTracks()[0];
  if (track === undefined) {
    for (const each of stream.getTracks()) each.stop();
    return 'none';
  }
  track.addEventListener('ended', onEnd);
  const capabilities: TorchCapabilities = track.getCapabilities();
  const setTorch = async (on: boolean): Promise<boolean> => {
    const torch: TorchConstraints = { torch: on };
    try {
      await track.applyConstraints({ ...wanted, advanced: [torch] });
      return true;
    } catch {
      return false;
    }
  };
  return {
    stream,
    deviceId: track.getSettings().deviceId ?? '',
    torch: capabilities.torch === true ? { set: setTorch } : null,
    off: () => {
      track.removeEventListener('ended', onEnd);
      for (const each of stream.getTracks()) each.stop();
    },
  };
}

async function askFor(chosenId: string | null): Promise<MediaStream> {
  const { mediaDevices } = navigator;
  if (chosenId === null) return mediaDevices.getUserMedia({ audio: false, video: wanted });
  try {
    return await mediaDevices.getUserMedia({ audio: false, video: { ...wanted, deviceId: { exact: chosenId } } });
  } catch (error) {
    if (cameraProblem(error) !== 'none') throw error;
    return mediaDevices.getUserMedia({ audio: false, video: wanted });
  }
}

/** The cameras there are. Before the first permission they have no names. */
export async function camerasThere(): Promise<readonly CameraChoice[]> {
  try {
    const all = await navigator.mediaDevices.enumerateDevices();
    return all
      .filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '')
      .map(({ deviceId, label }) => ({ id: deviceId, name: label }));
  } catch {
    return [];
  }
}
