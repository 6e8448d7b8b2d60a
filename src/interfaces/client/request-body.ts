/** What is sent of a body, and whether it can be sent twice. */

export type Sendable = string | Blob | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;

interface Sent {
  content?: Sendable;
  type?: string;
  /** A stream is gone once it was sent. */
  once: boolean;
}

/** A body in the form its operation reads it in (`words` of `OPERATIONS`). */
export function sendable(body: unknown, words: readonly string[]): Sent {
  if (body === undefined) return { once: false };
  if (words.includes('text')) return { content: body as Sendable, type: 'text/plain', once: false };
  if (words.includes('bytes')) return { content: body as Sendable, type: 'application/json', once: false };
  if (words.includes('lines')) {
    const content = linesOf(body);
    return { content, type: 'application/x-ndjson', once: content instanceof ReadableStream };
  }
  return { content: JSON.stringify(body), type: 'application/json', once: false };
}

const line = (item: unknown) => `${JSON.stringify(item)}\n`;

function linesOf(body: unknown): Sendable {
  const isBytes = body instanceof Blob || body instanceof Uint8Array || body instanceof ReadableStream;
  if (typeof body === 'string' || isBytes) return body as Sendable;
  if (Symbol.iterator in (body as object)) return new Blob([...(body as Iterable<unknown>)].map(line));
  const items = (body as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await items.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(line(value)));
    },
    async cancel() {
      await items.return?.();
    },
  });
}
