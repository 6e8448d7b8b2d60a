import type { PublicIntake } from '../model.ts';

/** What was entered, with all that must fit the policies put into words for an officer to read. */
export function inWordsOnly({ type, text, requester, ...rest }: PublicIntake): PublicIntake {
  const lines = Object.entries(rest).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const words = [text, ...lines].filter((one) => one !== undefined).join('\n');
  return words === '' ? { type, requester } : { type, requester, text: words };
}
