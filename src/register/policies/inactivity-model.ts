import Type, { type Static } from 'typebox';
import { closed } from '../../foundations/contract/schemas.ts';

/** Whole days or weeks: how long before the end of a period its person is warned. */
const Before = Type.String({ pattern: '^P(?=[1-9])(\\d{1,2}W|\\d{1,3}D)$', description: 'ISO 8601: P30D, P4W.' });

/** Of a rule that counts from the last activity of an account: its person hears of the end before it, and may stop it. */
export const Inactivity = Type.Object(
  {
    warn: Type.Array(Before, {
      minItems: 1,
      maxItems: 5,
      uniqueItems: true,
      description:
        'How long before the end a mail goes out, once each. Nothing is destroyed of an account that did not get one at least the shortest of these before.',
    }),
    unreachable: Type.Optional(
      Type.Enum(['review', 'run'], {
        description:
          'What becomes of an account without an address, or whose mail failed: review (when absent: an officer decides; nothing goes by itself), or run: the rule runs without a warning where there is no address.',
      }),
    ),
  },
  closed,
);
export type Inactivity = Static<typeof Inactivity>;

/** Days of a warning's lead. */
export const daysBefore = (before: string): number => Number(before.slice(1, -1)) * (before.endsWith('W') ? 7 : 1);

/** The last warning before the end: no account ends without having had one that long. */
export const shortestWarning = ({ warn }: Pick<Inactivity, 'warn'>): string =>
  [...warn].sort((one, other) => daysBefore(one) - daysBefore(other))[0] as string;
