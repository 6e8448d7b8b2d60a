import type { Context } from '../../foundations/contract/context.ts';
import { invalidField } from '../../foundations/contract/problem.ts';
import { type AgeCheck, checkAge, yearsOf } from '../../law/child-consent.ts';
import { localDay } from '../../law/duration.ts';
import type { Purpose } from '../../register/policies/model.ts';
import type { ConsentInput } from './model.ts';

/** What is kept of the age of who agreed: whether it was enough, and who agreed otherwise; never the age. */
export interface AgeJudged {
  check: AgeCheck;
  /** Only where the child was too young to agree by itself. */
  parental: NonNullable<ConsentInput['parental']> | undefined;
}

/**
 * Judges the age of who agrees (GDPR Art. 8(1)): by the law of the portal on this day. Undefined where no age was given
 * and none is needed.
 * @throws Problem naming what is missing for a purpose offered to children, or does not belong here.
 */
export function judgeAge(
  { tenant, clock, principal }: Context,
  { status, age, ageBand, parental }: Pick<ConsentInput, 'status' | 'age' | 'ageBand' | 'parental'>,
  purpose: Pick<Purpose, 'offeredToChildren'>,
): AgeJudged | undefined {
  if (status !== 'given') {
    for (const [field, value] of Object.entries({ age, ageBand, parental }))
      if (value !== undefined) throw invalidField(`/${field}`, 'belongs to a consent that is given');
    return undefined;
  }
  if (age !== undefined && ageBand !== undefined) throw invalidField('/ageBand', 'must be absent where age is given');
  if (parental && principal.role === 'portal')
    throw invalidField('/parental', 'must come from the platform’s server, which has verified it');
  const years = age ?? (ageBand && yearsOf(ageBand));
  if (years === undefined) {
    if (purpose.offeredToChildren)
      throw invalidField('/age', 'is required, or ageBand: this purpose is offered to children (Art. 8)');
    if (parental) throw invalidField('/age', 'is required beside parental, or ageBand');
    return undefined;
  }
  const day = localDay(clock(), tenant.timeZone);
  const check = checkAge(years, parental !== undefined, tenant.jurisdiction, day);
  return { check, parental: check === 'parental' ? parental : undefined };
}
