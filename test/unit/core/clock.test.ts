import { describe, expect, it } from 'vitest';
import { createClock } from '../../../electron/core/clock.ts';
import { handClock } from '../../core/handClock.ts';

const start = 1_650_000_000_000;
const hand = () => handClock(start);

describe('the clock (rule 7)', () => {
  it('counts with the machine', () => {
    const time = hand();
    const clock = createClock(time);
    time.pass(1_234);
    expect(clock.now()).toBe(1_650_000_001_234);
    expect(clock.behind()).toBeNull();
  });

  it('never goes back within a run: a clock set back is outvoted, and said to be behind', () => {
    const time = hand();
    const clock = createClock(time);
    time.setWall(time.wallMs() + -3_600_000);
    time.pass(10_000);
    expect(clock.now()).toBe(1_650_000_010_000);
    expect(clock.behind()).toBe(1_650_000_010_000);
  });

  it('goes on running after a jump forward, from where the wall clock is: the machine slept', () => {
    const time = hand();
    const clock = createClock(time);
    time.setWall(time.wallMs() + 8 * 3_600_000);
    expect(clock.now()).toBe(1_650_000_000_000 + 8 * 3_600_000);
    time.pass(5_000);
    expect(clock.now()).toBe(1_650_000_005_000 + 8 * 3_600_000);
    expect(clock.behind()).toBeNull();
  });

  it('a step of two seconds is no fault: clocks are put right by network time', () => {
    const time = hand();
    const clock = createClock(time);
    time.setWall(time.wallMs() + -2_000);
    expect(clock.behind()).toBeNull();
    time.setWall(time.wallMs() + -1);
    expect(clock.behind()).not.toBeNull();
  });

  it('stands behind the mark of an earlier run until the wall clock has passed it', () => {
    const time = hand();
    const clock = createClock(time);
    clock.startFrom(1_650_000_000_000 + 60_000, false);
    expect(clock.behind()).toBe(1_650_000_060_000);
    time.pass(60_000);
    expect(clock.behind()).toBeNull();
  });

  it('the test clock moves both', () => {
    const time = hand();
    const clock = createClock(time);
    clock.advance(900_000);
    expect(clock.now()).toBe(1_650_000_900_000);
    expect(clock.behind()).toBeNull();
  });
});
