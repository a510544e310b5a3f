import type { Chance } from './chance.ts';
import type { Faults } from './drawing.ts';

/** One column of the table: its name, and the faults of a picture by chance within it. */
export type FaultKind = {
  readonly name: string;
  readonly faults: (chance: Chance) => Faults;
  /** Quality of a JPEG file in between, 1 to 100. */
  readonly jpeg?: number;
};

/** All the ways in which the lab spoils a picture. Strengths are such that the better engine fails on some. */
export const faultKinds: readonly FaultKind[] = [
  { name: '4 px a module', faults: () => ({ modulePixels: 4 }) },
  { name: '3 px', faults: () => ({ modulePixels: 3 }) },
  { name: '2 px', faults: (chance) => ({ modulePixels: chance.between(1.8, 2.2) }) },
  { name: '1.5 px', faults: () => ({ modulePixels: 1.5 }) },
  { name: '1 px', faults: () => ({ modulePixels: 1 }) },
  { name: '1 px, no quiet zone', faults: () => ({ modulePixels: 1, quiet: 0 }) },
  { name: 'no quiet zone', faults: () => ({ quiet: 0 }) },
  { name: 'turned up to 10°', faults: (chance) => ({ degrees: chance.between(-10, 10), modulePixels: 3 }) },
  { name: 'turned any way', faults: (chance) => ({ degrees: chance.between(0, 360), modulePixels: 3 }) },
  { name: 'blur 0.6 modules', faults: () => ({ blur: 0.6 }) },
  { name: 'blur 0.9 modules', faults: () => ({ blur: 0.9 }) },
  { name: 'noise 30', faults: () => ({ noise: 30, modulePixels: 3 }) },
  { name: 'noise 60', faults: () => ({ noise: 60, modulePixels: 3 }) },
  { name: 'contrast 15 %', faults: () => ({ contrast: 0.15, noise: 2 }) },
  { name: 'contrast 6 %', faults: () => ({ contrast: 0.06, noise: 1 }) },
  { name: 'shade', faults: () => ({ shade: 0.85, noise: 3 }) },
  { name: 'glare', faults: (chance) => ({ glare: chance.between(0.15, 0.3) }) },
  { name: 'perspective', faults: (chance) => ({ perspective: 0.14, degrees: chance.between(-20, 20) }) },
  { name: 'white on black', faults: () => ({ inverted: true, modulePixels: 3 }) },
  { name: 'JPEG 10', faults: () => ({ modulePixels: 3 }), jpeg: 10 },
  {
    name: 'photo',
    faults: (chance) => ({
      modulePixels: chance.between(2.2, 4),
      degrees: chance.between(-25, 25),
      perspective: 0.08,
      blur: chance.between(0.2, 0.5),
      shade: chance.between(0, 0.5),
      contrast: chance.between(0.4, 0.8),
      noise: chance.between(3, 10),
    }),
    jpeg: 60,
  },
  {
    name: 'small in a frame',
    faults: (chance) => ({ modulePixels: chance.between(1.8, 2.6), canvas: [1280, 720], noise: 4, blur: 0.25 }),
  },
];
