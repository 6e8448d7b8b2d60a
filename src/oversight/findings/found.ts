import { FINDING_CODES, type FindingCode } from './codes.ts';
import { ABOUT, type About, type Finding } from './model.ts';

const DAY = 86_400_000;
/** What ends within this time is an error already: to renew an agreement or a tool takes that long. */
const SOON = 60 * DAY;

/** The instant from which it is late to do something about an end. */
export const soonBefore = (end: Date): Date => new Date(end.getTime() - SOON);

/** One finding; its id follows from its code and what it is about. */
export function found(code: FindingCode, about: About, detail: string, since: Date | null = null): Finding {
  const { severity, remedy, law } = FINDING_CODES[code];
  const ids = ABOUT.flatMap((kind) => about[kind] ?? []);
  return {
    id: [code, ...ids].join(':'),
    code,
    severity,
    about,
    detail,
    remedy,
    law,
    since: since?.toISOString() ?? null,
  };
}

/** At most this many ids are named in one sentence. */
const NAMED = 8;

/** `accounts, publications and 3 more`. */
export function listed(ids: readonly string[]): string {
  const shown = ids.slice(0, NAMED).join(', ');
  return ids.length > NAMED ? `${shown} and ${ids.length - NAMED} more` : shown;
}
