import type { Context } from '../../foundations/contract/context.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import { ageOfConsent } from '../../law/child-consent.ts';
import { localDay } from '../../law/duration.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { wordMember } from '../../register/policies/whose-word.ts';
import { languageOf } from './decision.ts';
import type { NoticeText } from './model.ts';

/** The text of a notice: the one in force, or of any version ever shown. */
export function noticeText(
  policies: Policies,
  context: Context,
  wanted: { id?: string; purpose?: string; version?: string; language?: string },
): NoticeText {
  if (!wanted.id && !wanted.purpose) throw invalidField('?id', 'is required, or ?purpose', 'invalid-request');
  const day = localDay(context.clock(), context.tenant.timeZone);
  const candidates = wanted.version
    ? [policies.of(context.tenant.id).notice(wanted.id ?? '', wanted.version)]
    : wanted.id
      ? [policies.of(context.tenant.id).currentNotice(wanted.id, day)]
      : policies.of(context.tenant.id).noticesFor(wanted.purpose ?? '', day);
  const notice = candidates.find((one) => one && (!wanted.purpose || one.purposes.includes(wanted.purpose)));
  const language = notice && (wanted.language ?? languageOf(notice, context.tenant.language));
  const text = language === undefined ? undefined : notice?.texts[language];
  if (!notice || !language || !text) throw new Problem('not-found', 'There is no such notice in this language.');
  const { id, version, kind, validFrom, purposes, texts } = notice;
  return {
    ...{ id, version, kind, language, languages: Object.keys(texts), validFrom, purposes: [...purposes], ...text },
    ...wordMember(policies.of(context.tenant.id).current(), 'notices', `${id} ${version}`),
  };
}

/** The purposes in the words a banner shows, in the wanted language where the policies have it. */
export function purposeTexts(policies: Policies, context: Context, language: string | undefined) {
  const wanted = language ?? context.tenant.language;
  const set = policies.of(context.tenant.id).current();
  const { installation, purposes } = set;
  const today = localDay(context.clock(), context.tenant.timeZone);
  const inWords = (texts: Record<string, string>) => texts[wanted] ?? texts[installation.defaultLanguage];
  return {
    purposes: purposes.map((purpose) => ({
      id: purpose.id,
      version: purpose.version,
      title: inWords(purpose.title) ?? purpose.id,
      description: inWords(purpose.description) ?? '',
      needsConsent: purpose.consent !== undefined,
      explicit: purpose.consent?.explicit ?? false,
      globalPrivacyControlRefuses: purpose.gpc,
      offeredToChildren: purpose.offeredToChildren ?? false,
      ageOfConsent: ageOfConsent(context.tenant.jurisdiction, today).age,
      ...wordMember(set, 'purposes', purpose.id),
    })),
  };
}
