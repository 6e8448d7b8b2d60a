import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { checkIfMatch } from '../../foundations/contract/etag.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Store } from '../../foundations/store/store.ts';
import { allowedTarget, PUBLIC_TARGET } from '../../foundations/webhooks/guarded-agents.ts';
import type { InstitutionDetails } from '../policies/model.ts';
import type { Policies } from '../policies/policies.ts';
import { isDay } from '../policies/policy-parts.ts';
import type { AsOf, Register } from '../view/service.ts';
import type { PartyRecord } from '../view/view-model.ts';
import { type Fact, INSTALLATION } from './as-of.ts';
import { recordFact } from './facts.ts';
import { entityFacts, factsOf, latestFact, policySet } from './table.ts';

/** For which time something is said, and why the past is said anew. */
export interface SaidFor {
  from?: string | undefined;
  until?: string | undefined;
  reason?: string | undefined;
}

interface Deps {
  store: Store;
  audit: Audit;
  policies: Policies;
  register: Pick<Register, 'view' | 'forget'>;
  /** Lets notices go to private addresses. */
  privateTargets: boolean;
}

function checkHolidays({ add = [], remove = [] }: InstitutionDetails['holidays'] = {}): void {
  for (const [field, days] of Object.entries({ add, remove }))
    for (const [index, day] of days.entries())
      if (!isDay(day)) throw invalidField(`/holidays/${field}/${index}`, 'must be a day of the calendar');
  const both = remove.findIndex((day) => add.includes(day));
  if (both >= 0) throw invalidField(`/holidays/remove/${both}`, 'is added as well');
}

/** What people record of the installation and its institutions beside agreements, and the history of all of it. */
export function createRegisterRecords({ store, audit, policies, register, privateTargets }: Deps) {
  function institutionId(): string {
    const party = policies.current().parties.find(({ kind }) => kind === 'tenant');
    if (!party) throw new Problem('not-found', 'The policies have no party for the institution.');
    return party.id;
  }

  async function institution(context: Context, asOf: AsOf = {}): Promise<{ party: PartyRecord; etag: string }> {
    const view = await register.view(context, asOf);
    const party = view.parties.find(({ kind }) => kind === 'tenant');
    if (!party) throw new Problem('not-found', 'The policies of that time have no party for the institution.');
    const history = await store.read((q) => entityFacts(q, context.tenant.id, 'institution', party.id));
    return { party, etag: tagOf(history.length) };
  }

  return {
    institution,

    /** Records who the institution is: from now on, or for a time that has passed, with the reason. */
    async recordInstitution(
      context: Context,
      { from, until, reason, ...details }: InstitutionDetails & SaidFor,
      ifMatch?: string,
    ): Promise<{ party: PartyRecord; etag: string }> {
      const entityId = institutionId();
      const { webhook } = details.notices ?? {};
      if (webhook !== undefined && !allowedTarget(webhook, privateTargets))
        throw invalidField('/notices/webhook', PUBLIC_TARGET);
      checkHolidays(details.holidays);
      const { hash: policyHash, logos = {} } = policies.of(context.tenant.id).current();
      if (details.logo !== undefined && !logos[details.logo])
        throw invalidField(
          '/logo',
          `must be a file in logos/ of the policies: ${Object.keys(logos).join(', ') || 'none'}.`,
        );
      await store.write(async (tx) => {
        const last = await latestFact(tx, context.tenant.id, 'institution', entityId);
        checkIfMatch(ifMatch, tagOf(last?.version ?? 0));
        await recordFact(tx, context, {
          tenantId: context.tenant.id,
          kind: 'institution',
          entityId,
          onVersion: last?.version ?? 0,
          value: details as InstitutionDetails,
          validFrom: from === undefined ? 'now' : new Date(from),
          validUntil: until === undefined ? null : new Date(until),
          reason: reason ?? null,
          policyHash,
        });
        await audit.add(tx, context, {
          action: 'institution.recorded',
          policyHash,
          detail: { party: entityId, version: (last?.version ?? 0) + 1, fields: Object.keys(details).sort() },
        });
      });
      register.forget(context.tenant.id);
      return institution(context);
    },

    /**
     * Says which set of policies was right of a time that has passed: the one that was loaded stays on record as what
     * was known then.
     */
    async correctPolicies(
      context: Context,
      { hash, from, until, reason }: { hash: string; from: string; until?: string | undefined; reason: string },
    ): Promise<void> {
      await writeOnce(store, context, async (tx) => {
        if (!(await policySet(tx, hash)))
          throw new Problem('unprocessable-request', 'No set of policies of this hash was ever loaded here.', {
            errors: [{ pointer: '/hash', detail: 'must be the hash of a set that was loaded; see the history' }],
          });
        if (until === undefined || new Date(until) > context.clock())
          throw new Problem('unprocessable-request', 'Only the past is corrected: what is in force now is loaded.', {
            errors: [{ pointer: '/until', detail: 'must be given, and not lie in the future' }],
          });
        const policyHash = policies.current().hash;
        const last = await latestFact(tx, INSTALLATION, 'policies', 'policies');
        await recordFact(tx, context, {
          tenantId: INSTALLATION,
          kind: 'policies',
          entityId: 'policies',
          onVersion: last?.version ?? 0,

          value: { hash },
          validFrom: new Date(from),
          validUntil: new Date(until),
          reason,
          policyHash,
        });
        await audit.add(tx, context, {
          action: 'policies.corrected',
          policyHash,
          detail: { hash, from, until },
        });
        return null;
      });
      register.forget(INSTALLATION);
    },

    /** Everything that was ever recorded, in order: what the register is put together from. */
    async history(context: Context): Promise<Fact[]> {
      return store.read((q) => factsOf(q, context.tenant.id));
    },
  };
}

const tagOf = (version: number) => `"institution-${version}"`;

export type RegisterRecords = ReturnType<typeof createRegisterRecords>;
