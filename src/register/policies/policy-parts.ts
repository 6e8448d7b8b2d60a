import type { DeclaredHolder } from '../../foundations/holders/declaration.ts';
import { nearest } from '../../law/vocabulary.ts';
import type { Missing } from './gaps.ts';
import type { HolidayFile } from './jurisdiction-model.ts';
import type {
  Activity,
  AgreementTemplate,
  Category,
  ErasureRequestRule,
  Installation,
  Notice,
  Party,
  Place,
  Purpose,
  RelationsFile,
  RetentionRule,
  RobotsFile,
  Transition,
} from './model.ts';

/** A value with the way to the place it was written at. */
export interface Located<T> {
  value: T;
  place(pointer: string): { file: string; line: number; column: number; pointer: string };
}

export interface PolicyParts {
  installation: Located<Installation> | undefined;
  parties: Located<Party>[];
  purposes: Located<Purpose>[];
  categories: Located<Category>[];
  activities: Located<Activity>[];
  rules: Located<RetentionRule>[];
  erasureRequests: Located<ErasureRequestRule>[];
  transitions: Located<Transition>[];
  notices: Located<Notice>[];
  agreements: Located<AgreementTemplate>[];
  places: Located<Place>[];
  holders: Located<DeclaredHolder>[];
  relations: Located<RelationsFile> | undefined;
  robots: Located<RobotsFile> | undefined;
  holidays: Located<HolidayFile>[];
}

/** `missing`: what would have to be there for this to be no mistake, where that stands in another entry. */
export type Report = (
  located: Located<unknown>,
  pointer: string,
  message: string,
  remedy: string,
  missing?: Missing,
) => void;

export const ids = (located: Located<{ id: string }>[]) => located.map(({ value }) => value.id);

/** Reports an id that is none of these, with those that are nearest. */
export function known(
  id: string,
  all: string[],
  noun: string,
  located: Located<unknown>,
  pointer: string,
  report: Report,
): void {
  if (all.includes(id)) return;
  const like = nearest(id, all);
  report(
    located,
    pointer,
    `There is no ${noun} of this id.`,
    like.length > 0 ? `Did you mean ${like.join(' or ')}?` : `Declared: ${all.slice(0, 12).join(', ') || 'none'}.`,
    { noun, id },
  );
}

export function noneTwice<T>(all: Located<T>[], keyOf: (value: T) => string, pointer: string, report: Report): void {
  const seen = new Set<string>();
  for (const located of all) {
    const key = keyOf(located.value);
    if (seen.has(key)) report(located, pointer, 'The same is declared twice.', 'Keep one of them.');
    seen.add(key);
  }
}

/** Whether a text is a day of the calendar. */
export function isDay(text: string): boolean {
  return !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().slice(0, 10) === text;
}
