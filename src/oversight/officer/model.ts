import Type, { type Static } from 'typebox';
import { cursorPage } from '../../foundations/contract/cursor-page.ts';
import { Count, closed, Instant, OrNull, Uuid } from '../../foundations/contract/schemas.ts';

/** What the officer does (Art. 38(1), (4), 39(1)), and what may not be done to them (Art. 38(3)). */
const OFFICER_TASKS = [
  'advice-given',
  'assessment-advised',
  'request-received',
  'compliance-monitored',
  'staff-trained',
  'authority-contacted',
  'reported-to-management',
  'instruction-received',
] as const;

export const OfficerTaskInput = Type.Object(
  {
    task: Type.Enum([...OFFICER_TASKS], {
      description:
        '`instruction-received`: somebody told the officer how to exercise the tasks, which nobody may (Art. 38(3)).',
    }),
    on: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'The local day; not in the future.' }),
    summary: Type.String({ minLength: 10, maxLength: 2000, pattern: '\\S', description: 'What it was. Name nobody.' }),
    activity: Type.Optional(Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' })),
    followed: Type.Optional(
      Type.Boolean({ description: 'Of advice: whether it was followed; where not, the summary says why.' }),
    ),
  },
  { ...closed, title: 'OfficerTaskInput' },
);
export type OfficerTaskInput = Static<typeof OfficerTaskInput>;

export const OfficerTask = Type.Object(
  {
    taskId: Uuid,
    task: Type.Enum([...OFFICER_TASKS]),
    on: Type.String(),
    summary: Type.String(),
    activity: OrNull(Type.String()),
    followed: OrNull(Type.Boolean()),
    recordedAt: Instant,
    recordedBy: Type.String({ description: 'A token, never a name.' }),
  },
  { ...closed, title: 'OfficerTask' },
);
export type OfficerTask = Static<typeof OfficerTask>;
export const OfficerTaskList = cursorPage(OfficerTask);

/** Who decides on purposes and means cannot also watch over them (Art. 38(6)). */
const OfficerConflict = Type.Object(
  {
    why: Type.Enum(['decided-on-policies', 'also-operates']),
    token: Type.String({ description: 'The officer’s token.' }),
    label: Type.String({ description: 'What the token is called.' }),
    with: Type.String({ description: 'What was done as officer, or the other role held under the same label.' }),
    since: Instant,
  },
  { ...closed, title: 'OfficerConflict' },
);
export type OfficerConflict = Static<typeof OfficerConflict>;

export const OfficerStanding = Type.Object(
  {
    party: Type.String(),
    name: OrNull(Type.String()),
    contact: OrNull(Type.String()),
    publishedOn: OrNull(Type.String({ description: 'Since when the contact is published (Art. 37(7)).' })),
    publishedAt: OrNull(Type.String({ description: 'Where.' })),
    notifiedToAuthority: OrNull(Type.String({ description: 'When it was sent to the authority (Art. 37(7)).' })),
    secrecyNotice: OrNull(Type.String({ description: 'When the officer was bound to secrecy (Art. 38(5)).' })),
    conflicts: Type.Array(OfficerConflict),
    tasks: Count,
  },
  { ...closed, title: 'OfficerStanding' },
);
export type OfficerStanding = Static<typeof OfficerStanding>;
