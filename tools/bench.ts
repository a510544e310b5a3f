/** `bench NAME`: a table for people on stderr, and one JSON line last on stdout. Ratios are measured in one run. */
import { benchCentral } from './bench/central.ts';
import { benchDesk } from './bench/desk.ts';
import { benchPeople } from './bench/people.ts';
import { benchScan } from './bench/scan.ts';

const benches: Readonly<Record<string, () => Promise<Readonly<Record<string, number>>>>> = {
  central: benchCentral,
  desk: benchDesk,
  people: benchPeople,
  scan: benchScan,
};

const name = process.argv[2] ?? '';
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (bench === undefined) {
  process.stderr.write(
    `there is no bench ${name === '' ? '(nothing)' : name}; there are: ${Object.keys(benches).join(', ')}\n`,
  );
  process.exitCode = 2;
} else {
  const figures = await bench();
  process.stdout.write(`${JSON.stringify({ bench: name, ...figures })}\n`);
}
