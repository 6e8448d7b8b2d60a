import type { FuzzTarget } from './target.ts';

/** What is wrong with a target, and what it shows it by. */
export interface Finding {
  kind: 'wrong' | 'slow';
  detail: string;
  input: Buffer;
}

/** Milliseconds that an input may take: some for the start, and some for each of its kilobytes. */
const patienceFor = ({ slower = 1 }: FuzzTarget, bytes: number): number => 60 + 2 * slower * (bytes / 1024);

/** The time this thread has worked, in milliseconds: a busy machine does not make it more. */
function worked(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** How long one run took, in milliseconds. @throws what the target found wrong */
async function timed({ run }: FuzzTarget, input: Buffer): Promise<number> {
  const begun = worked();
  await run(input);
  return worked() - begun;
}

/** Runs a target on an input; slow is what stays slow: a pause for garbage finds nothing. */
export async function tried(target: FuzzTarget, input: Buffer): Promise<{ ms: number; finding?: Finding }> {
  const limit = patienceFor(target, input.length);
  try {
    let ms = await timed(target, input);
    for (let again = 0; again < 3 && ms > limit; again += 1) ms = Math.min(ms, await timed(target, input));
    if (ms <= limit) return { ms };
    const detail = `${Math.round(ms)} ms for ${input.length} bytes; ${Math.round(limit)} are allowed`;
    return { ms, finding: { kind: 'slow', detail, input } };
  } catch (error) {
    return { ms: 0, finding: { kind: 'wrong', detail: String((error as Error)?.stack ?? error), input } };
  }
}
