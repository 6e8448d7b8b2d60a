import Type, { type Static } from 'typebox';
import { closed, Instant } from '../../foundations/contract/schemas.ts';
import { textsIn } from '../../foundations/messages/texts.ts';
import type { PrintDocument } from '../../foundations/print/model.ts';
import { BASIS_IN_WORDS, basisPoint, EXCEPTION_IN_WORDS } from '../../law/vocabulary.ts';
import { ruleInWords } from '../../register/policies/rule-in-words.ts';
import type { RegisterView } from '../../register/view/view-model.ts';

/** How long what is kept, and why: for everybody to read (GDPR Art. 5(1)(e), 13(2)(a)). */
export const RetentionSchedule = Type.Object(
  {
    tenant: Type.String(),
    institution: Type.String(),
    at: Instant,
    policyHash: Type.String(),
    rows: Type.Array(
      Type.Object(
        {
          category: Type.String(),
          title: Type.String(),
          activities: Type.Array(Type.String()),
          purposes: Type.Array(Type.String()),
          bases: Type.Array(Type.String()),
          periods: Type.Array(
            Type.Object(
              {
                rule: Type.String(),
                after: Type.String({ description: 'ISO 8601.' }),
                inWords: Type.String(),
                reason: Type.String(),
              },
              closed,
            ),
            { description: 'The rules that run, one after the other; empty: not personal any more.' },
          ),
          onRequest: Type.String({ description: 'What a request for erasure does.' }),
        },
        { ...closed, title: 'ScheduleRow' },
      ),
    ),
    emptyMandatory: Type.Array(Type.Object({ category: Type.String(), field: Type.String() }, closed)),
  },
  { ...closed, title: 'RetentionSchedule' },
);
export type RetentionSchedule = Static<typeof RetentionSchedule>;

const ON_REQUEST = {
  erase: 'erased',
  reduce: 'reduced to what must stay',
  retain: 'kept',
} as const;

/** From the rules that the nightly sweep carries out: nothing is typed twice. */
export function retentionSchedule(view: RegisterView): RetentionSchedule {
  const { policies, tenant } = view;
  const inLanguage = (text: Record<string, string>) =>
    text['en'] ?? text[policies.installation.defaultLanguage] ?? Object.values(text)[0] ?? '';
  const rows = policies.categories.flatMap((category) => {
    const activities = view.activities.filter(({ activity }) => activity.categories.includes(category.id));
    if (activities.length === 0) return [];
    const rules = policies.rules.filter((rule) => rule.category === category.id);
    const request = policies.erasureRequests.find((one) => one.category === category.id);
    const distinct = (values: string[]) => [...new Set(values)];
    return [
      {
        category: category.id,
        title: category.title,
        activities: distinct(activities.map(({ title }) => title)),
        purposes: distinct(activities.map(({ purpose }) => inLanguage(purpose.title))),
        bases: distinct(activities.map(({ basis }) => BASIS_IN_WORDS[basisPoint(basis)])),
        periods: rules.map((rule) => ({
          rule: rule.id,
          after: rule.after,
          inWords: ruleInWords(rule, policies, textsIn('en')),
          reason: rule.reason,
        })),
        onRequest: category.anonymous
          ? 'belongs to nobody'
          : request
            ? `${ON_REQUEST[request.action]}${request.ground ? `: ${EXCEPTION_IN_WORDS[request.ground]}` : ''}`
            : '',
        anonymous: category.anonymous === true,
      },
    ];
  });
  return {
    tenant: tenant.id,
    at: view.at.toISOString(),
    policyHash: view.policyHash,
    institution: view.parties.find(({ kind }) => kind === 'tenant')?.name ?? tenant.name,
    rows: rows.map(({ anonymous: _, ...row }) => row),
    emptyMandatory: rows.flatMap(({ category, periods, onRequest, purposes, anonymous }) => [
      ...(periods.length === 0 && !anonymous ? [{ category, field: 'periods' }] : []),
      ...(onRequest === '' ? [{ category, field: 'onRequest' }] : []),
      ...(purposes.length === 0 ? [{ category, field: 'purposes' }] : []),
    ]),
  };
}

/** The schedule as people read it. */
export function scheduleDocument({ institution, at, rows }: RetentionSchedule): PrintDocument {
  return {
    title: 'How long personal data is kept',
    subtitle:
      'These periods are carried out by a sweep every night. A legal hold or an open request of the person concerned can suspend them; both are on record.',
    language: 'en',
    institution,
    date: `As of ${at.slice(0, 10)}`,
    blocks: rows.flatMap(({ title, activities, purposes, bases, periods, onRequest }) => [
      { kind: 'heading' as const, level: 3 as const, text: title },
      {
        kind: 'facts' as const,
        rows: [
          ['For', purposes.join('\n')],
          ['In', activities.join('\n')],
          ['On the basis of', bases.join('\n')],
          [
            'How long',
            periods.map(({ inWords, reason }) => `${inWords}: ${reason}`).join('\n') || 'not personal any more: kept',
          ],
          ['When erasure is asked for', onRequest || 'not stated'],
        ] as [string, string][],
      },
    ]),
  };
}
