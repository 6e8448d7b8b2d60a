import { Problem } from '../../foundations/contract/problem.ts';
import { localDay } from '../../law/duration.ts';
import {
  type Allowed,
  absolute,
  allowed,
  type Claim,
  type Effect,
  type Ground,
  groundsAgainst,
  regimeUnder,
  type Standing,
} from '../../law/grounds.ts';
import type { File } from './case-file.ts';
import { nobody } from './fulfilment/fulfilment.ts';
import type { Life } from './replay.ts';

/** Under which right it is judged: an objection to direct marketing is one of its own (Art. 21(2), (3)). */
export const claimOf = ({ part, received }: Pick<Life, 'part' | 'received'>): Claim =>
  part === 'objection' && received.marketing ? 'marketing-objection' : part;

/** Known is whom it is about, and, where a stranger has sent it, that it is they. */
export const identified = ({ life }: Pick<File, 'life'>): boolean =>
  !nobody({ life }) && (life.received.enteredBy !== 'person' || life.identity?.state === 'confirmed');

/** It stops nothing: no purpose it is about rests on a basis that gives the right (Art. 21(1)). */
export const stopsNothing = ({ life }: Pick<File, 'life'>): boolean =>
  life.part === 'objection' && !life.received.marketing && life.received.stops?.length === 0;

/** How a request stands, as the grounds ask for it; what is missing here the act looks at itself. */
const STANDS: Partial<Record<Standing, (file: File) => boolean>> = {
  'identity-asked-and-not-confirmed': ({ life }) => life.identity !== null && life.identity.state !== 'confirmed',
  'nobody-identified': (file) => !identified(file),
  'fee-asked-and-unpaid': ({ life }) => life.state === 'awaiting-fee',
  'basis-gives-no-such-right': stopsNothing,
  'basis-gives-the-right': (file) => !stopsNothing(file),
};

const MISSING: Record<Standing, string> = {
  'identity-asked-and-not-confirmed': 'only where the person was asked who they are, and it is not confirmed',
  'nobody-identified': 'it is known already who asks',
  'fee-asked-and-unpaid': 'only where a fee was asked for and is unpaid',
  'agreed-by-a-second-person': 'only where a second person has agreed',
  'basis-gives-no-such-right': 'the processing rests on a basis that gives this right',
  'basis-gives-the-right':
    'the basis gives no such right, so nothing was stopped: refuse it with "right-does-not-apply"',
  'answered-before': 'only where there was an answer before',
};

/** What would be right instead, where a ground is used for what it does not allow. */
const INSTEAD: Partial<Record<Effect, string>> = {
  'refuse-part': 'for a part only: leave that part out of the answer, and say so',
  reject: 'documented first as the decision: POST /v1/requests/{requestId}/execution with outcome "rejected"',
  refuse: 'to refuse',
  fee: 'for a fee',
  extend: 'to extend',
  ask: 'to ask the person',
};

interface Use {
  /** Where in the body the ground stands. */
  field: string;
  ground: Ground;
  effect: Effect;
}

const missingOf = (file: File, { needs }: Allowed): Standing | undefined =>
  needs.find((standing) => STANDS[standing]?.(file) === false);

/**
 * A ground that the law has against this right, for this effect, as the request stands (law/grounds.ts): by the law of
 * the day on which it was received.
 * @throws Problem `unprocessable-request` naming the field, the ground, and which are possible.
 */
export function checkGround(file: File, { field, ground, effect }: Use): Allowed {
  const { terms, at } = file.life.received;
  const right = claimOf(file.life);
  const regime = regimeUnder(terms.jurisdiction);
  const day = localDay(at, terms.timeZone);
  const rules = groundsAgainst(right, regime, day).filter((one) => one.effect === effect);
  const rule = allowed(right, ground, effect, regime, day);
  const lacking = rule && missingOf(file, rule);
  if (rule && lacking === undefined) return rule;
  const others = groundsAgainst(right, regime, day).filter((one) => one.ground === ground);
  const why =
    (lacking && MISSING[lacking]) ??
    absolute(right, regime) ??
    (others.length > 0
      ? `it is a ground ${others.map((one) => `${INSTEAD[one.effect]} (${one.source})`).join('; ')}`
      : 'the law knows no such ground against this right');
  const possible = rules.filter((one) => missingOf(file, one) === undefined).map((one) => one.ground);
  const detail = `"${ground}" cannot be held against ${right} here: ${why}. Possible: ${possible.length > 0 ? possible.join(', ') : 'none'}.`;
  throw new Problem('unprocessable-request', `${field}: ${detail}`, {
    errors: [{ pointer: field, detail }],
    members: { right, ground, possible },
  });
}
