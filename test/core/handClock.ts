/** A clock in the test's hand: wall and monotonic time move together unless the test says otherwise. */
export function handClock(startMs: number) {
  let wall = startMs;
  let monotonic = 0;
  return {
    wallMs: () => wall,
    monotonicMs: () => monotonic,
    pass: (ms: number) => {
      wall += ms;
      monotonic += ms;
    },
    setWall: (ms: number) => {
      wall = ms;
    },
  };
}
