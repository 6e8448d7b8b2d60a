import { stringify } from 'yaml';
import { canonical } from '../../foundations/contract/canonical-json.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import type { PolicySet } from '../policies/model.ts';
import { inWordsOf } from '../policies/rule-changes.ts';
import { merged, type Overlay, overlayOf } from '../policies/tenant-overlay.ts';
import { type ChangedRule, changedRules, transitionFor } from '../policies/transitions.ts';
import type { OldRows, Transition } from '../policies/transitions-model.ts';

/** What a decision is made with. */
export interface Said {
  since: string;
  decidedOn: string;
  reason: string;
}

/** The overlay with one more decision on old rows; the old word that stood before keeps standing with it. */
export function withTransition(
  before: PolicySet,
  overlay: Overlay,
  change: ChangedRule,
  oldRows: OldRows,
  said: Said,
): Overlay {
  const { was } = change;
  const own = overlay.parts.transitions ?? [];
  const rule = was.old?.of ?? was.id;
  const standing = (before.transitions ?? []).filter(
    (one) => one.rule === rule && !own.some((its) => isSame(its, one)),
  );
  const isFirst = !own.some((one) => one.rule === rule && one.since === said.since);
  // An old word is kept by keeping the decision that made it.
  const added = was.old && (oldRows === 'old-period' || !isFirst) ? [] : [transitionFor(change, { ...said, oldRows })];
  const others = own.filter((one) => !added.some((its) => isSame(its, one)));
  const kept = oldRows === 'old-period' ? standing : [];
  return overlayOf(overlay.tenantId, { ...overlay.parts, transitions: [...others, ...kept, ...added] });
}

/** New for all ends what was kept before, and what is kept keeps that too: one decision on a rule and on its old words. */
function refuseBoth(changes: ChangedRule[], oldRows: Record<string, OldRows>): void {
  for (const { was } of changes) {
    const decision = was.old && oldRows[was.id];
    const ofRule = was.old && oldRows[was.old.of];
    if (decision && ofRule && decision !== ofRule)
      throw new Problem('unprocessable-request', 'A rule and its old word cannot be decided on differently.', {
        errors: [{ pointer: `/oldRows/${was.id}`, detail: `must be ${ofRule}, as of ${was.old?.of}` }],
      });
  }
}

const isDecidedBy = (decided: Transition | undefined, one: Transition) =>
  decided !== undefined && canonical(decided) === canonical(one);

const isSame = (one: Transition, other: Transition) => one.rule === other.rule && one.since === other.since;

/**
 * The overlay with every decision that is needed: those its files say, and those said beside them.
 * @throws Problem `unprocessable-request` naming each rule nobody has decided on, `invalid-request` for one that has not
 * changed.
 */
export function withDecisions(
  before: PolicySet,
  base: PolicySet,
  overlay: Overlay,
  oldRows: Record<string, OldRows>,
  said: Said,
): Overlay {
  const changes = changedRules(before, merged(base, overlay));
  for (const rule of Object.keys(oldRows))
    if (!changes.some(({ was }) => was.id === rule))
      throw new Problem('unprocessable-request', 'A decision is named on a rule that does not change.', {
        errors: [{ pointer: `/oldRows/${rule}`, detail: `must be one of: ${idsOf(changes) || 'none changes'}` }],
      });
  const read = (overlay.parts.transitions ?? []).filter(
    (one) => !(before.transitions ?? []).some((known) => canonical(known) === canonical(one)),
  );
  const idle = read.findIndex((one) => !changes.some(({ decided }) => isDecidedBy(decided, one)));
  if (idle >= 0)
    throw new Problem('unprocessable-request', 'A decision on old rows fits no rule that changes.', {
      errors: [
        {
          pointer: 'transitions.yaml',
          detail: `The one on ${read[idle]?.rule} must have the rule as it stands (was), and it must change.`,
        },
      ],
    });
  refuseBoth(changes, oldRows);
  const open = changes.filter(({ was, decided }) => !decided && oldRows[was.id] === undefined);
  if (open.length > 0) throw undecided(open, '/oldRows/');
  // The changes of rules first: what they decide may keep, or end, the old words before them.
  return changes
    .filter(({ decided }) => !decided)
    .sort((a, b) => Number(a.was.old !== undefined) - Number(b.was.old !== undefined))
    .reduce((so, change) => withTransition(before, so, change, oldRows[change.was.id] as OldRows, said), overlay);
}

const idsOf = (changes: ChangedRule[]) => changes.map(({ was }) => was.id).join(', ');

function undecided(open: ChangedRule[], at: string): Problem {
  return new Problem(
    'unprocessable-request',
    `Say what becomes of the rows collected under the old word of: ${idsOf(open)}.`,
    {
      errors: open.map((change) => ({
        pointer: `${at}${change.was.id}`,
        detail: `${inWordsOf(change)}. Decide old-period (those rows end by it as it stood) or new-period (what stands now counts for them too).`,
      })),
      members: { rules: open.map(({ was }) => was.id) },
    },
  );
}

/** The files with the decisions written among them, so that they are the whole of it. */
export function withTransitionsFile(files: Record<string, string>, { parts }: Overlay): Record<string, string> {
  const { transitions = [] } = parts;
  if (transitions.length === 0) return files;
  return { ...files, 'transitions.yaml': stringify({ transitions }, { lineWidth: 0, aliasDuplicateObjects: false }) };
}
