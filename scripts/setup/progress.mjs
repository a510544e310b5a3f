// @ts-check
/** What the set-up says, all on stderr: stdout belongs to the tool that is started afterwards. */

/** A failure that a person can do something about. */
export class SetupError extends Error {
  /**
   * @param {string} what what failed, one sentence
   * @param {string} [todo] what to do now
   */
  constructor(what, todo = '') {
    super(what);
    this.name = 'SetupError';
    this.todo = todo;
  }
}

let started = 0;

/** @param {string} text one line */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * Announces a step that takes a while. Steps with nothing to do announce nothing.
 * @param {string} title
 */
export function announce(title) {
  started += 1;
  say(`· ${title}`);
}

/** How many steps had something to do. */
export function stepsDone() {
  return started;
}

/**
 * Runs a script's main function; a failure ends it with exit code 1 and words that help.
 * @param {() => Promise<number | void>} main the exit code, 0 when nothing is returned
 */
export async function runScript(main) {
  // While a child is in front it decides about signals. Otherwise we end, through exit, so that the services we
  // started are ended too.
  for (const [signal, number] of /** @type {const} */ ([
    ['SIGHUP', 1],
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ])) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(128 + number);
    });
  }
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    process.exitCode = 1;
    if (error instanceof SetupError) {
      say(`✗ ${error.message}`);
      if (error.todo) say(`  ${error.todo}`);
    } else {
      say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  }
}
