/** Why there is no picture of the camera. */
export type CameraProblem = 'none' | 'refused' | 'inUse' | 'unplugged' | 'other';

/** What a refused getUserMedia means for the person at the desk; by the names of the Media Capture specification. */
export function cameraProblem(error: unknown): CameraProblem {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  switch (name) {
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none';
    case 'NotAllowedError':
    case 'SecurityError':
      return 'refused';
    case 'NotReadableError':
    case 'AbortError':
      return 'inUse';
    default:
      return 'other';
  }
}
