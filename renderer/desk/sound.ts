import type { Heard } from './deskStore.ts';

/** Four shapes, told apart by rhythm and contour and not by pitch alone. A result has one, whatever it is. */
type Shape = 'waiting' | 'done' | 'attention' | 'refused' | 'result';

type Note = {
  readonly atS: number;
  readonly forS: number;
  readonly hz: number;
  readonly toHz?: number;
  readonly wave: OscillatorType;
};

const shapes: Readonly<Record<Shape, readonly Note[]>> = {
  // A single soft tick: seen, go on.
  waiting: [{ atS: 0, forS: 0.05, hz: 1320, wave: 'sine' }],
  // Two short notes that rise.
  done: [
    { atS: 0, forS: 0.07, hz: 880, wave: 'triangle' },
    { atS: 0.08, forS: 0.13, hz: 1320, wave: 'triangle' },
  ],
  // Three even knocks.
  attention: [0, 0.14, 0.28].map((atS) => ({ atS, forS: 0.08, hz: 660, wave: 'square' as const })),
  // One long note that falls.
  refused: [{ atS: 0, forS: 0.45, hz: 330, toHz: 165, wave: 'sawtooth' }],
  // One round note that stays.
  result: [{ atS: 0, forS: 0.22, hz: 784, wave: 'sine' }],
};

const loudness: Readonly<Record<OscillatorType, number>> = {
  sine: 0.5,
  triangle: 0.45,
  square: 0.14,
  sawtooth: 0.2,
  custom: 0,
};

let context: AudioContext | null = null;

function shapeOf({ tone, stage }: Heard): Shape | null {
  if (tone === 'neutral') return null;
  if (tone === 'done' && stage.kind === 'recorded') return 'result';
  // Asked for the second entry: nobody did anything wrong.
  if (stage.kind === 'refused' && stage.code === 'typedOnce') return 'waiting';
  return tone;
}

/** Plays what a gesture did. `volume` 0 to 100. A machine without sound is no fault: every sound has a visible twin. */
export function playHeard(heard: Heard, volume: number): void {
  const shape = shapeOf(heard);
  if (shape === null || volume <= 0) return;
  try {
    context ??= new AudioContext({ latencyHint: 'interactive' });
    if (context.state === 'suspended') void context.resume().catch(() => undefined);
    const startS = context.currentTime + 0.005;
    for (const note of shapes[shape]) playNote(context, note, startS, (volume / 100) ** 1.5);
  } catch {
    context = null;
  }
}

function playNote(audio: AudioContext, note: Note, startS: number, gain: number): void {
  const tone = audio.createOscillator();
  const envelope = audio.createGain();
  const fromS = startS + note.atS;
  const untilS = fromS + note.forS;
  tone.type = note.wave;
  tone.frequency.setValueAtTime(note.hz, fromS);
  if (note.toHz !== undefined) tone.frequency.exponentialRampToValueAtTime(note.toHz, untilS);
  const peak = gain * loudness[note.wave];
  // Short ramps, so that nothing clicks.
  envelope.gain.setValueAtTime(0, fromS);
  envelope.gain.linearRampToValueAtTime(peak, fromS + 0.008);
  envelope.gain.setValueAtTime(peak, Math.max(fromS + 0.008, untilS - 0.03));
  envelope.gain.linearRampToValueAtTime(0, untilS);
  tone.connect(envelope).connect(audio.destination);
  tone.start(fromS);
  tone.stop(untilS + 0.01);
}

/** Speaks a name where the site wants it, as a check at binding. Results are never spoken. */
export function speakName({ stage }: Heard, volume: number): void {
  if (stage.kind !== 'bound' || volume <= 0 || !('speechSynthesis' in window)) return;
  const words = new SpeechSynthesisUtterance(stage.test.person.name);
  words.lang = 'zh-CN';
  words.volume = volume / 100;
  window.speechSynthesis.cancel();
  window.speechSynthesis.speak(words);
}
