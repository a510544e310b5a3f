/** An answer that is longer than any that the contract has. */
export class AnswerTooLong extends Error {
  constructor() {
    super('the answer is too long');
    this.name = 'AnswerTooLong';
  }
}

/**
 * The text of an answer, of at most `limitBytes` bytes after decompression. Whoever answers in the central service's
 * place, and a body without end, must not fill this process's memory. Throws AnswerTooLong, and what fetch throws.
 */
export async function readAnswer(response: Response, limitBytes: number): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > limitBytes) {
      await reader.cancel().catch(() => undefined);
      throw new AnswerTooLong();
    }
    pieces.push(value);
  }
  return Buffer.concat(pieces).toString('utf8');
}
