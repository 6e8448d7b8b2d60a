import { checkSemantics } from './check.ts';
import { Gaps } from './gaps.ts';
import { type LocatedOverlay, located, type Places } from './locate-overlay.ts';
import type { Mistake, PolicySet } from './model.ts';
import { outOfBounds, type RolesOf } from './overlay-bounds.ts';
import { inOrder } from './policy-content.ts';
import type { Located, PolicyParts } from './policy-parts.ts';
import { type Overlay, replaced, withOwnNotices, withOwnTransitions } from './tenant-overlay.ts';

export interface OverlayCheck {
  /** The entries of the installation's set with the places they were written at; by their files alone when absent. */
  parts?: PolicyParts;
  /** Where the overlay's entries were written. */
  places?: Places;
  rolesOf?: RolesOf;
  /** What of the overlay could not be read. */
  gaps?: Gaps;
  privateTargets?: boolean;
}

/**
 * Every mistake of an institution's word over a valid set of the installation: what is not its own to decide, and what
 * does not agree with the rest once it is merged.
 */
export function checkOverlay(base: PolicySet, overlay: Overlay, options: OverlayCheck = {}): Mistake[] {
  const { places, rolesOf, gaps = new Gaps(), privateTargets = false, parts = partsOf(base) } = options;
  const mistakes = [
    ...outOfBounds(base, overlay, rolesOf, places),
    ...checkSemantics(mergedParts(parts, located(overlay, places)), gaps, privateTargets),
  ];
  return mistakes.sort((a, b) => inOrder(a.file, b.file) || a.line - b.line || a.column - b.column);
}

const inFile =
  (file: string, above = ''): Located<unknown>['place'] =>
  (pointer) => ({ file, line: 1, column: 1, pointer: `${above}${pointer}` });

/** The entries of a set that was not just read, each with its file. */
function partsOf(set: PolicySet): PolicyParts {
  const all = <T>(values: readonly T[], file: string | ((value: T) => string), key?: string): Located<T>[] =>
    values.map((value, n) => ({
      value,
      place: inFile(typeof file === 'string' ? file : file(value), key ? `/${key}/${n}` : ''),
    }));
  return {
    installation: { value: set.installation, place: inFile('installation.yaml') },
    parties: all(set.parties, 'parties.yaml', 'parties'),
    transitions: all(set.transitions ?? [], 'transitions.yaml', 'transitions'),
    purposes: all(set.purposes, 'purposes.yaml', 'purposes'),
    categories: all(set.categories, 'categories.yaml', 'categories'),
    activities: all(set.activities, ({ id }) => `activities/${id}.yaml`),
    rules: all(set.rules, 'retention.yaml', 'rules'),
    erasureRequests: all(set.erasureRequests, 'retention.yaml', 'erasureRequests'),
    notices: all(set.notices, ({ id }) => `notices/${id}.yaml`),
    agreements: all(set.agreements, ({ id }) => `agreements/${id}.yaml`),
    places: all(set.places, 'places.yaml', 'places'),
    holders: all(set.holders ?? [], ({ id }) => `holders/${id}.yaml`),
    relations: set.relations && { value: set.relations, place: inFile('relations.yaml') },
    robots: set.robots && { value: set.robots, place: inFile('robots.yaml') },
    holidays: all(set.holidays ?? [], ({ place }) => `holidays/${place}.yaml`),
  };
}

/** As `merged` does it, with the places: the own entries last, so that of two that clash the own one is told. */
function mergedParts(base: PolicyParts, own: LocatedOverlay): PolicyParts {
  const { installation } = base;
  return {
    ...base,
    installation: installation && {
      value: { ...installation.value, ...own.installation?.value },
      place: (pointer) => {
        const [, field = ''] = pointer.split('/');
        const ours = own.installation && field in own.installation.value;
        return (ours ? (own.installation as Located<unknown>) : installation).place(pointer);
      },
    },
    rules: replaced(base.rules, own.rules, ({ value }) => value.id),
    erasureRequests: replaced(base.erasureRequests, own.erasureRequests, ({ value }) => value.category),
    transitions: withOwnTransitions(
      base.transitions,
      own.transitions,
      own.rules.map(({ value }) => value),
      ({ value }) => value,
    ),
    purposes: replaced(base.purposes, own.purposes, ({ value }) => value.id),
    activities: replaced(base.activities, own.activities, ({ value }) => value.id),
    notices: withOwnNotices(base.notices, own.notices, ({ value }) => value),
  };
}
