import Type, { type Static } from 'typebox';
import { canonical } from '../../foundations/contract/canonical-json.ts';
import { closed } from '../../foundations/contract/schemas.ts';
import {
  type Activity,
  type ErasureRequestRule,
  Installation,
  type Notice,
  POLICY_FILES,
  type PolicySet,
  type Purpose,
  type RetentionRule,
  type Transition,
} from './model.ts';
import { byCategory, byDay, byId, noticeOrder, policySetOf, sha256 } from './policy-content.ts';
import type { Word, Words } from './whose-word.ts';

/** What of `installation.yaml` an institution can say for its own portal. */
export const OverlayInstallation = Type.Object(
  {
    defaultLanguage: Type.Optional(Installation.properties.defaultLanguage),
    capture: Type.Optional(Installation.properties.capture),
  },
  { ...closed, minProperties: 1, title: 'InstitutionInstallation' },
);
export type OverlayInstallation = Static<typeof OverlayInstallation>;

/** The files of an institution's own folder: name (or pattern) and schema, each as the installation's where it is whole. */
export const TENANT_FILES = {
  retention: POLICY_FILES.retention,
  transitions: POLICY_FILES.transitions,
  purposes: POLICY_FILES.purposes,
  activity: POLICY_FILES.activity,
  notice: POLICY_FILES.notice,
  'tenant-installation': { file: 'installation.yaml', schema: OverlayInstallation },
} as const;
export type TenantFileKind = keyof typeof TENANT_FILES;

/** What an institution has decided for itself; each part holds only its own entries. */
export interface OverlayParts {
  /** By id each replaces the installation's, or is new. */
  rules?: RetentionRule[];
  /** By category. */
  erasureRequests?: ErasureRequestRule[];
  purposes?: Purpose[];
  activities?: Activity[];
  /** A notice is the institution's own from its first version here on. */
  notices?: Notice[];
  /** By letter and language. */
  letters?: PolicySet['letters'];
  installation?: OverlayInstallation;
  /** What it has decided on rows collected under rules that were otherwise. */
  transitions?: Transition[];
}

/** An institution's own word over the installation's policies: `policies/tenants/<tenant id>/`, or an accepted proposal. */
export interface Overlay {
  tenantId: string;
  /** SHA-256 over its canonical content: the order of files, entries and keys does not matter. */
  hash: string;
  parts: OverlayParts;
}

/** What a register fact of kind `tenant-policies` says; the fact's value is null where the institution has no word. */
export interface OverlayFact {
  overlay: string;
  from: 'folder' | 'proposal';
  proposal?: string;
  /** The day, by the portal's calendar, from which it was said to be in force; absent: that of the instant. */
  since?: string;
}

/** Since when, and by which proposal, an overlay's entries stand: told in `words`, no part of any hash. */
export type Said = Pick<Word, 'since' | 'proposal'>;

const isEmpty = (part: unknown): boolean =>
  part === undefined || (Array.isArray(part) ? part.length === 0 : Object.keys(part as object).length === 0);

/** An overlay of its parts, each in order; what is empty is left out. */
export function overlayOf(tenantId: string, parts: OverlayParts): Overlay {
  const { rules, erasureRequests, purposes, activities, notices, letters, installation, transitions } = parts;
  const ordered: OverlayParts = {
    ...(rules && { rules: byId(rules) }),
    ...(erasureRequests && { erasureRequests: byCategory(erasureRequests) }),
    ...(purposes && { purposes: byId(purposes) }),
    ...(activities && { activities: byId(activities) }),
    ...(notices && { notices: [...notices].sort(noticeOrder) }),
    ...(letters && { letters }),
    ...(installation && { installation }),
    ...(transitions && { transitions: byDay(transitions) }),
  };
  const kept = Object.fromEntries(Object.entries(ordered).filter(([, part]) => !isEmpty(part))) as OverlayParts;
  return { tenantId, hash: sha256(canonical({ tenantId, parts: kept })), parts: kept };
}

/** Whether the overlay says nothing at all. */
export const saysNothing = ({ parts }: Overlay): boolean => Object.values(parts).every(isEmpty);

/**
 * The installation's set with an institution's own word over it: what decides for its portal. Its hash is that of any
 * set of the same content; a set merged again with the same overlay is the same.
 */
export function merged(base: PolicySet, overlay: Overlay, said: Said = {}): PolicySet {
  const { hash: _, words: __, transitions: decided = [], ...content } = base;
  const { parts } = overlay;
  const transitions = ownTransitions(decided, parts);
  return policySetOf(
    {
      ...content,
      installation: { ...content.installation, ...parts.installation },
      rules: byId(replaced(content.rules, parts.rules, ({ id }) => id)),
      erasureRequests: byCategory(replaced(content.erasureRequests, parts.erasureRequests, ({ category }) => category)),
      purposes: byId(replaced(content.purposes, parts.purposes, ({ id }) => id)),
      activities: byId(replaced(content.activities, parts.activities, ({ id }) => id)),
      notices: withOwnNotices(content.notices, parts.notices ?? [], (one) => one).sort(noticeOrder),
      // Sets kept by an earlier version have no letters.
      letters: withOwnLetters(content.letters ?? {}, parts.letters),
      ...(transitions.length > 0 ? { transitions } : {}),
    },
    wordsOf(overlay, said),
  );
}

/** Without those that an own one takes the place of, and with the own ones. */
export function replaced<T>(base: readonly T[], own: readonly T[] | undefined, keyOf: (value: T) => string): T[] {
  if (!own) return [...base];
  const keys = new Set(own.map(keyOf));
  return [...base.filter((value) => !keys.has(keyOf(value))), ...own];
}

/** The versions of one number or later than an institution's first of a notice are no longer shown on its portal. */
export function withOwnNotices<T>(base: readonly T[], own: readonly T[], noticeOf: (value: T) => Notice): T[] {
  const first = new Map<string, Notice>();
  for (const notice of own.map(noticeOf)) {
    const known = first.get(notice.id);
    if (!known || noticeOrder(notice, known) < 0) first.set(notice.id, notice);
  }
  const before = base.filter((value) => {
    const begin = first.get(noticeOf(value).id);
    return !begin || noticeOrder(noticeOf(value), begin) < 0;
  });
  return [...before, ...own];
}

/** Of a rule that is the institution's word, what it has decided itself; of the others, the installation's decisions. */
function ownTransitions(base: readonly Transition[], { rules = [], transitions = [] }: OverlayParts): Transition[] {
  return byDay(withOwnTransitions(base, transitions, rules, (value) => value));
}

/** The same, whatever the decisions come in. */
export function withOwnTransitions<T>(
  base: readonly T[],
  own: readonly T[],
  rules: readonly { id: string }[],
  of: (one: T) => Transition,
): T[] {
  const ids = new Set([...rules.map(({ id }) => id), ...own.map((one) => of(one).rule)]);
  return [...base.filter((one) => !ids.has(of(one).rule)), ...own];
}

function withOwnLetters(base: PolicySet['letters'], own: PolicySet['letters'] = {}): PolicySet['letters'] {
  const all = { ...base };
  for (const [id, texts] of Object.entries(own)) all[id] = { ...base[id], ...texts };
  return all;
}

function wordsOf({ hash, parts }: Overlay, said: Said): Words {
  const word: Word = { by: 'institution', overlay: hash, ...said };
  const of = (ids: string[] | undefined) =>
    ids && ids.length > 0 ? Object.fromEntries(ids.map((id) => [id, word])) : undefined;
  const words: Words = {
    rules: of(parts.rules?.map(({ id }) => id)),
    erasureRequests: of(parts.erasureRequests?.map(({ category }) => category)),
    purposes: of(parts.purposes?.map(({ id }) => id)),
    activities: of(parts.activities?.map(({ id }) => id)),
    notices: of(parts.notices?.map(({ id, version }) => `${id} ${version}`)),
    letters: of(
      Object.entries(parts.letters ?? {}).flatMap(([id, texts]) =>
        Object.keys(texts).map((language) => `${id} ${language}`),
      ),
    ),
    installation: of(Object.keys(parts.installation ?? {})),
  };
  return Object.fromEntries(Object.entries(words).filter(([, ids]) => ids)) as Words;
}
