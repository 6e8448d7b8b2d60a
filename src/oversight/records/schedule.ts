import Type, { type Static } from 'typebox';
import { closed, Instant, OrNull } from '../../foundations/contract/schemas.ts';
import { textsIn } from '../../foundations/messages/texts.ts';
import type { PrintDocument } from '../../foundations/print/model.ts';
import { rulesInForce } from '../../register/policies/transitions.ts';
import { Word, wordMember } from '../../register/policies/whose-word.ts';
import { periodsInWords, ruleAndWhose } from '../../register/policies/word-in-words.ts';
import { lawTerms } from '../../register/view/law-terms.ts';
import { senderOf } from '../../register/view/letterhead.ts';
import { inLanguage as inLanguageOf, textIn, titleIn } from '../../register/view/titles.ts';
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
                rule: OrNull(Type.String({ description: 'Null: it is kept for good, with its ground.' })),
                after: OrNull(Type.String({ description: 'ISO 8601.' })),
                inWords: Type.String(),
                reason: Type.String(),
                word: Type.Optional(Word),
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

/** From the rules that the nightly sweep carries out: nothing is typed twice. */
export function retentionSchedule(view: RegisterView): RetentionSchedule {
  const { policies, tenant } = view;
  const t = textsIn(tenant.language);
  const terms = lawTerms(tenant, t);
  const inLanguage = (text: Record<string, string>) => textIn(text, tenant.language, policies);
  const rows = policies.categories.flatMap((category) => {
    const activities = view.activities.filter(({ activity }) => activity.categories.includes(category.id));
    if (activities.length === 0) return [];
    const rules = rulesInForce(policies).filter((rule) => rule.category === category.id);
    const request = policies.erasureRequests.find((one) => one.category === category.id);
    const distinct = (values: string[]) => [...new Set(values)];
    return [
      {
        category: category.id,
        title: titleIn(category, tenant.language),
        activities: distinct(activities.map(({ activity }) => titleIn(activity, tenant.language))),
        purposes: distinct(activities.map(({ purpose }) => inLanguage(purpose.title))),
        bases: distinct(activities.map(({ basis }) => terms.basis(basis))),
        periods: category.kept
          ? periodsInWords(category, policies, t, terms.exception).map((inWords) => ({
              rule: null,
              after: null,
              inWords,
              reason: inLanguageOf(category.kept?.reasons, tenant.language) ?? category.kept?.reason ?? '',
            }))
          : rules.map((rule) => ({
              rule: rule.id,
              after: rule.after,
              inWords: ruleAndWhose(rule, policies, t),
              reason: inLanguageOf(rule.reasons, tenant.language) ?? rule.reason,
              ...wordMember(policies, 'rules', rule.id),
            })),
        onRequest: category.anonymous
          ? t('schedule.belongs-to-nobody')
          : request
            ? t('schedule.on-request', {
                action: request.action,
                ground: request.ground ? terms.exception(request.ground) : 'none',
              })
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
export function scheduleDocument({ at, rows }: RetentionSchedule, view: RegisterView): PrintDocument {
  const { language, timeZone } = view.tenant;
  const t = textsIn(language);
  return {
    title: t('schedule.title'),
    subtitle: t('schedule.subtitle'),
    language: t.language,
    ...senderOf(view),
    date: t('schedule.as-of', { day: t.dayOf(new Date(at), timeZone) }),
    blocks: rows.flatMap(({ title, activities, purposes, bases, periods, onRequest }) => [
      { kind: 'heading' as const, level: 3 as const, text: title },
      {
        kind: 'facts' as const,
        rows: [
          [t('schedule.for'), purposes.join('\n')],
          [t('schedule.in'), activities.join('\n')],
          [t('schedule.basis'), bases.join('\n')],
          [
            t('schedule.how-long'),
            periods.map(({ inWords, reason }) => t('schedule.period', { rule: inWords, reason })).join('\n') ||
              t('schedule.kept'),
          ],
          [t('schedule.when-asked'), onRequest || t('schedule.not-stated')],
        ] as [string, string][],
      },
    ]),
  };
}
