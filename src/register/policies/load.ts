import type { DeclaredHolder } from '../../foundations/holders/declaration.ts';
import { checkSemantics } from './check.ts';
import { isFolder, openFolder, strangers } from './folder.ts';
import { Gaps } from './gaps.ts';
import type { HolidayFile } from './jurisdiction-model.ts';
import { readLetters } from './letters.ts';
import { checkedOverlays, readOverlays } from './load-overlays.ts';
import { checkLogos, readLogos } from './logos.ts';
import {
  type Activity,
  type AgreementTemplate,
  type Category,
  type ErasureRequestRule,
  type Installation,
  type Mistake,
  type Party,
  type Place,
  POLICY_FILES,
  type PolicySet,
  type Purpose,
  type RelationsFile,
  type RetentionRule,
  type RobotsFile,
  type Transition,
} from './model.ts';
import { byCategory, byDay, byId, inOrder, noticeOrder, policySetOf } from './policy-content.ts';
import type { Located } from './policy-parts.ts';
import { readEntries } from './read-files.ts';
import type { Overlay } from './tenant-overlay.ts';

export type Loaded =
  | { policies: PolicySet; overlays: Overlay[]; mistakes: [] }
  | { policies?: undefined; overlays?: undefined; mistakes: Mistake[] };

/** Reads a policy folder whole: either a valid, frozen set, or every mistake of every file at once. */
export function loadPolicies(folder: string, privateTargets = false): Loaded {
  const mistakes: Mistake[] = [];
  const add = (file: string, message: string, remedy: string) =>
    mistakes.push({ file, line: 1, column: 1, pointer: '', message, remedy });

  if (!isFolder(folder)) {
    add('.', 'There is no such folder.', 'Name the one that holds installation.yaml, purposes.yaml and the others.');
    return { mistakes };
  }
  const folderFiles = openFolder(folder, add);

  const report = (found: Mistake[]) => void mistakes.push(...found);
  const gaps = new Gaps();
  const { all, notices: readNotices } = readEntries({
    files: folderFiles,
    under: '',
    kinds: POLICY_FILES,
    gaps,
    report,
  });
  const unknown = strangers(folder);
  if (unknown.length > 0) gaps.stranger();
  mistakes.push(...unknown);

  const parts = {
    installation: all<Installation>('installation')[0],
    parties: all<Party>('parties', 'parties'),
    purposes: all<Purpose>('purposes', 'purposes'),
    categories: all<Category>('categories', 'categories'),
    activities: all<Activity>('activity'),
    rules: all<RetentionRule>('retention', 'rules'),
    erasureRequests: all<ErasureRequestRule>('retention', 'erasureRequests'),
    transitions: all<Transition>('transitions', 'transitions'),
    agreements: all<AgreementTemplate>('agreement'),
    places: all<Place>('places', 'places'),
    holders: all<DeclaredHolder>('holder'),
    relations: all<RelationsFile>('relations')[0],
    robots: all<RobotsFile>('robots')[0],
    holidays: all<HolidayFile>('holidays'),
  };

  const notices = readNotices();
  const logos = readLogos(folderFiles, add);
  mistakes.push(...checkLogos(parts.parties, logos));
  const letters = readLetters(folderFiles, (mistake) => mistakes.push(mistake));

  mistakes.push(...checkSemantics({ ...parts, notices }, gaps, privateTargets));
  const institutions = readOverlays(folder, folderFiles, report);
  if (mistakes.length > 0 || !parts.installation) return { mistakes: inTheirOrder(mistakes) };

  const values = <T>(located: Located<T>[]) => located.map(({ value }) => value);
  const policies = policySetOf({
    installation: parts.installation.value,
    parties: byId(values(parts.parties)),
    purposes: byId(values(parts.purposes)),
    categories: byId(values(parts.categories)),
    activities: byId(values(parts.activities)),
    rules: byId(values(parts.rules)),
    erasureRequests: byCategory(values(parts.erasureRequests)),
    agreements: byId(values(parts.agreements)),
    places: byId(values(parts.places)),
    holders: byId(values(parts.holders)),
    ...(parts.relations ? { relations: parts.relations.value } : {}),
    ...(parts.robots ? { robots: parts.robots.value } : {}),
    ...(parts.holidays.length > 0
      ? { holidays: values(parts.holidays).sort((a, b) => inOrder(a.place, b.place)) }
      : {}),
    ...(parts.transitions.length > 0 ? { transitions: byDay(values(parts.transitions)) } : {}),
    letters,
    ...(Object.keys(logos).length > 0 ? { logos } : {}),
    notices: values(notices).sort(noticeOrder),
  });
  const { overlays, mistakes: ofInstitutions } = checkedOverlays(
    policies,
    { ...parts, notices },
    institutions,
    privateTargets,
  );
  if (ofInstitutions.length > 0) return { mistakes: inTheirOrder(ofInstitutions) };
  return { policies, overlays, mistakes: [] };
}

const inTheirOrder = (mistakes: Mistake[]): Mistake[] =>
  mistakes.sort((a, b) => inOrder(a.file, b.file) || a.line - b.line || a.column - b.column);
