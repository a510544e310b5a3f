/**
 * The paths that this run's dialogs gave out. A call that takes a path takes only these, so that a page that went
 * wrong can neither read nor write a file that nobody chose.
 */
export type ChosenPaths = {
  readonly chosenToRead: (path: string) => void;
  readonly chosenToWrite: (path: string) => void;
  /** A folder that files may be written into. */
  readonly chosenFolder: (path: string) => void;
  readonly mayWriteInto: (path: string) => boolean;
  readonly mayRead: (path: string) => boolean;
  readonly mayWrite: (path: string) => boolean;
};

export function createChosenPaths(): ChosenPaths {
  const read = new Set<string>();
  const write = new Set<string>();
  const folders = new Set<string>();
  return {
    chosenToRead: (path) => {
      read.add(path);
    },
    chosenToWrite: (path) => {
      write.add(path);
    },
    chosenFolder: (path) => {
      folders.add(path);
    },
    mayWriteInto: (path) => folders.has(path),
    mayRead: (path) => read.has(path),
    mayWrite: (path) => write.has(path),
  };
}
