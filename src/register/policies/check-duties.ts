import type { Activity, Purpose } from './model.ts';
import { isDay, type Located, type PolicyParts, type Report } from './policy-parts.ts';

/** What is said of some purposes and activities only: decisions by machine (Art. 22), research (Art. 89, Recital 33). */
export function checkDuties(parts: PolicyParts, report: Report): void {
  for (const located of parts.activities) {
    const purpose = parts.purposes.find(({ value }) => value.id === located.value.purpose)?.value;
    checkAutomated(located, purpose, parts, report);
    checkSafeguards(located, report);
  }
  for (const located of parts.purposes) checkConsent(located, report);
}

/** A decision by machine alone rests on one of three bases, and a human can be asked (Art. 22(2), (3); REQ-A40). */
function checkAutomated(
  located: Located<Activity>,
  purpose: Purpose | undefined,
  { categories }: PolicyParts,
  report: Report,
): void {
  const { automatedDecisions, automatedDecisionBasis: stated, specialCondition } = located.value;
  if (automatedDecisions && !stated)
    report(
      located,
      '/automatedDecisions',
      'A decision by machine alone needs its basis of Art. 22(2), and human review.',
      'Add automatedDecisionBasis: basis (22-2-a, 22-2-b or 22-2-c), consequences and humanReview.',
    );
  if (!stated) return;
  const pointer = '/automatedDecisionBasis/basis';
  if (!automatedDecisions)
    report(
      located,
      '/automatedDecisionBasis',
      'Nothing is decided by machine here.',
      'Add automatedDecisions: what is decided and how, or take the basis away.',
    );
  if (stated.basis === '22-2-b' && !stated.law)
    report(located, pointer, 'Art. 22(2)(b) needs the law that authorises it.', 'Add law: name and article.');
  if (stated.basis !== '22-2-b' && stated.law)
    report(located, '/automatedDecisionBasis/law', 'Only Art. 22(2)(b) rests on a law.', 'Take it away.');
  if (stated.basis === '22-2-a' && purpose && !purpose.basis.startsWith('A6-1-b'))
    report(
      located,
      pointer,
      'Art. 22(2)(a) is a contract, and the purpose does not rest on one (Art. 6(1)(b)).',
      'Give another basis, or a purpose that rests on the contract.',
    );
  if (stated.basis === '22-2-c' && purpose && !purpose.consent?.explicit)
    report(
      located,
      pointer,
      'Art. 22(2)(c) is explicit consent, and the purpose does not ask for it.',
      'Give the purpose consent with explicit: true, or another basis.',
    );
  const special = categories.some(({ value }) => value.special && located.value.categories.includes(value.id));
  if (special && specialCondition && !['A9-2-a', 'A9-2-g'].includes(specialCondition))
    report(
      located,
      '/specialCondition',
      'Special categories are decided on by machine only with explicit consent or by law (Art. 22(4)).',
      'Use A9-2-a or A9-2-g, or keep the categories out of the decision.',
    );
}

function checkSafeguards(located: Located<Activity>, report: Report): void {
  const { safeguards } = located.value;
  if (safeguards && !isDay(safeguards.anonymousTest.on))
    report(located, '/safeguards/anonymousTest/on', 'There is no such day.', 'Write a day as 2026-11-23.');
}

/** What belongs to a consent is of no use elsewhere. */
function checkConsent(located: Located<Purpose>, report: Report): void {
  const { consent, research, offeredToChildren } = located.value;
  if (consent) return;
  if (research)
    report(
      located,
      '/research',
      'Areas of research belong to consent (Recital 33).',
      'Take it away, or ask for consent.',
    );
  if (offeredToChildren)
    report(located, '/offeredToChildren', 'Art. 8 is about consent.', 'Take it away, or ask for consent.');
}
