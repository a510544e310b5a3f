import { faultFields } from './faults.ts';

/** How long a last message has on its way out of the process. */
const sayMs = 50;
const bugExit = 70;

/**
 * For what nobody caught, promises included. Without it Node prints the error with its message, which may quote what
 * somebody typed, and that ends in the log: here only where it happened is told, and the process ends with code 70, to
 * be started again in a known state.
 */
export function tellOnlyWhere(process: NodeJS.Process, tell: (fields: ReturnType<typeof faultFields>) => void): void {
  process.on('uncaughtException', (error: unknown) => {
    tell(faultFields(error));
    setTimeout(() => process.exit(bugExit), sayMs);
  });
}
