import { notifications } from '@mantine/notifications';

/** A quiet word in the corner that something was done; errors stay beside what caused them. */
export function saySaved(what: string, which?: string): void {
  notifications.show({ message: which === undefined ? what : `${what} · ${which}`, autoClose: 4_000 });
}
