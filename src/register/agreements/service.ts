import { randomUUID } from 'node:crypto';
import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { invalidField, notAsItStands, Problem } from '../../foundations/contract/problem.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { type Fact, factAsOf, factsAsOf, INSTALLATION } from '../facts/as-of.ts';
import { recordFact } from '../facts/facts.ts';
import { entityFacts, factsOf } from '../facts/table.ts';
import { requireId } from '../policies/known.ts';
import type { Policies } from '../policies/policies.ts';
import type { AsOf, Register } from '../view/service.ts';
import { hasRunOut, inForce } from './in-force.ts';
import type {
  Agreement,
  AgreementCorrection,
  AgreementInput,
  DataEndInput,
  EndInput,
  SignatureInput,
} from './model.ts';

/** Later than anything that can be recorded. */
export const FOREVER = new Date(8.64e15);

type Terms = Omit<Agreement, 'agreementId' | 'instructions'>;

/** What an agreement of Art. 28 must settle before it may be active, each with the words for what is missing. */
const MUST_SETTLE = {
  a: 'processing on documented instructions only, transfers included (Art. 28(3)(a))',
  b: 'confidentiality of everyone who may process (Art. 28(3)(b))',
  c: 'security of processing (Art. 28(3)(c), 32)',
  d: 'conditions for sub-processors (Art. 28(3)(d), 28(2), 28(4))',
  e: 'help with the requests of data subjects (Art. 28(3)(e))',
  f: 'help with Art. 32 to 36 (Art. 28(3)(f))',
  g: 'deletion or return at the end (Art. 28(3)(g))',
  h: 'information, audits and inspections (Art. 28(3)(h))',
  unlawfulInstructions: 'the duty to warn of unlawful instructions (Art. 28(3), last sentence)',
} as const;
const MUST_DESCRIBE = {
  subjectMatter: 'the subject-matter',
  nature: 'nature and purpose of the processing',
  duration: 'the duration',
  controllerDuties: 'obligations and rights of the controller',
} as const;

/** What keeps an agreement from being active (Art. 28(3)); empty when nothing does. */
function missingInAgreement(terms: Pick<Terms, 'clauses' | keyof typeof MUST_DESCRIBE>): {
  pointer: string;
  detail: string;
}[] {
  const clauses = (Object.keys(MUST_SETTLE) as (keyof typeof MUST_SETTLE)[])
    .filter((point) => !terms.clauses[point])
    .map((point) => ({ pointer: `/clauses/${point}`, detail: `does not settle ${MUST_SETTLE[point]}` }));
  const described = (Object.keys(MUST_DESCRIBE) as (keyof typeof MUST_DESCRIBE)[])
    .filter((field) => !terms[field])
    .map((field) => ({ pointer: `/${field}`, detail: `does not say ${MUST_DESCRIBE[field]} (Art. 28(3))` }));
  return [...clauses, ...described];
}

export interface AgreementDeps {
  store: Store;
  audit: Audit;
  policies: Policies;
  register: Pick<Register, 'view' | 'forget'>;
}

/** The call that begins another agreement. */
export const ANOTHER = 'POST /v1/register/agreements';
const callTo = (name: string): string => `${ANOTHER}/{agreementId}/${name}`;

/** Agreements between controllers and processors: drafted, signed, corrected, instructed under, ended (Art. 28). */
export function createAgreements({ store, audit, policies, register }: AgreementDeps) {
  /** Agreements between parties of the installation are one for all tenants; those with the institution its own. */
  function scopeOf(context: Context, terms: Pick<Terms, 'controller' | 'processor'>): string {
    const tenants = policies.current().parties.filter(({ kind }) => kind === 'tenant');
    const own = tenants.some(({ id }) => id === terms.controller || id === terms.processor);
    if (own) return context.tenant.id;
    if (!context.principal.everyTenant)
      throw new Problem(
        'forbidden',
        'Agreements between parties of the installation take credentials for every tenant.',
      );
    return INSTALLATION;
  }

  /** All that was recorded of an agreement, and where. */
  async function historyOf(q: Query, context: Context, agreementId: string): Promise<[Fact<Terms>, ...Fact<Terms>[]]> {
    const own = await entityFacts(q, context.tenant.id, 'agreement', agreementId);
    const [first, ...rest] = own.length > 0 ? own : await entityFacts(q, INSTALLATION, 'agreement', agreementId);
    if (!first) throw new Problem('not-found', 'There is no such agreement here.');
    if (first.tenantId === INSTALLATION && !context.principal.everyTenant)
      throw new Problem('forbidden', 'This agreement belongs to the installation: use credentials for every tenant.');
    return [first, ...rest] as [Fact<Terms>, ...Fact<Terms>[]];
  }

  /** @throws Problem naming every party or activity the policies do not have, and a chain that closes on itself. */
  function checkTerms(context: Context, terms: Terms): void {
    const { parties, activities } = policies.of(context.tenant.id).current();
    requireId('/controller', 'party', terms.controller, parties);
    requireId('/processor', 'party', terms.processor, parties);
    for (const [index, id] of terms.subProcessors.authorised.entries())
      requireId(`/subProcessors/authorised/${index}`, 'party', id, parties);
    if (terms.controller === terms.processor) throw invalidField('/processor', 'must not be the controller itself');
    for (const [index, id] of terms.activities.entries()) requireId(`/activities/${index}`, 'activity', id, activities);
    if (terms.validUntil !== null && new Date(terms.validUntil) <= new Date(terms.validFrom))
      throw invalidField('/validUntil', 'must be later than validFrom');
  }

  /** @throws Problem `conflict`: two agreements for the same, or processors that act for each other. */
  async function checkOthers(tx: Query, context: Context, agreementId: string, terms: Terms): Promise<void> {
    const facts = (await factsOf(tx, context.tenant.id)) as Fact<Terms>[];
    // What stands at any instant of this agreement at which anything about agreements begins: nothing changes in between.
    const [from, until] = [new Date(terms.validFrom), terms.validUntil === null ? FOREVER : new Date(terms.validUntil)];
    const instants = [terms, ...facts.filter(({ kind }) => kind === 'agreement')]
      .map(({ validFrom }) => new Date(validFrom))
      .filter((at) => from <= at && at < until);
    const active = instants.flatMap((at) =>
      factsAsOf<Terms>(facts, 'agreement', { at, knownAt: FOREVER }).flatMap(({ entityId, value }) =>
        entityId !== agreementId && value && inForce(value, at) && sharesActivity(value, terms) ? [value] : [],
      ),
    );
    if (active.some((other) => other.controller === terms.controller && other.processor === terms.processor))
      throw notAsItStands(
        'Another agreement between these parties is active for one of these activities in an overlapping time. End it first, or choose another time.',
        [callTo('end'), callTo('corrections')],
        ['the end of the other agreement'],
      );
    const above = (party: string): string[] =>
      active.filter(({ processor }) => processor === party).map(({ controller }) => controller);
    const seen = new Set<string>();
    const rising = [terms.controller];
    for (let party = rising.pop(); party !== undefined; party = rising.pop()) {
      if (party === terms.processor)
        throw notAsItStands('The processor would act for itself: the chain of agreements closes in a circle.', [
          callTo('end'),
          callTo('corrections'),
        ]);
      if (seen.has(party)) continue;
      seen.add(party);
      rising.push(...above(party));
    }
  }

  async function change(
    context: Context,
    agreementId: string,
    action: string,
    /** The instant whose state is changed. */
    at: Date,
    next: (tx: Query, terms: Terms) => Promise<{ value: Terms; validFrom: Date; validUntil?: Date; reason?: string }>,
  ): Promise<Agreement> {
    const result = await writeOnce(
      store,
      context,
      async (tx) => {
        const policyHash = policies.of(context.tenant.id).current().hash;
        const history = await historyOf(tx, context, agreementId);
        const last = history.at(-1) as Fact<Terms>;
        const base = factAsOf(history, { at, knownAt: FOREVER }) ?? last;
        const { value, validFrom, validUntil, reason } = await next(tx, base.value as Terms);
        await recordFact(tx, context, {
          tenantId: last.tenantId,
          kind: 'agreement',
          entityId: agreementId,
          onVersion: last.version,
          value,
          validFrom,
          validUntil: validUntil ?? null,
          reason: reason ?? null,
          policyHash,
        });
        await audit.add(tx, context, {
          action,
          policyHash,
          detail: { agreement: agreementId, version: last.version + 1, status: value.status },
        });
        return last.tenantId;
      },
      { isolation: 'serializable' },
    );
    register.forget(result);
    return find(context, agreementId);
  }

  async function find(context: Context, agreementId: string, asOf: AsOf = {}): Promise<Agreement> {
    const view = await register.view(context, asOf);
    const found = view.agreements.find((agreement) => agreement.agreementId === agreementId);
    if (!found) throw new Problem('not-found', 'There is no such agreement here.');
    return found;
  }

  return {
    find,
    historyOf,

    async list(context: Context, asOf: AsOf = {}): Promise<{ items: Agreement[] }> {
      return { items: (await register.view(context, asOf)).agreements };
    },

    /** @throws Problem naming what the template and the request together leave open, or get wrong. */
    async draft(context: Context, input: AgreementInput): Promise<Agreement> {
      const { template: templateId, file, ...given } = input;
      const templates = policies.current().agreements;
      if (templateId !== undefined) requireId('/template', 'agreement template', templateId, templates);
      const template = templates.find(({ id }) => id === templateId);
      const { id: _, version: __, ...terms } = template ?? { id: '', version: '' };
      const merged = { ...terms, ...given };
      const open = (['title', 'controller', 'processor', 'activities', 'clauses', 'subProcessors'] as const).filter(
        (field) => !(field in merged),
      );
      if (open.length > 0)
        throw new Problem('unprocessable-request', 'The agreement leaves something open.', {
          errors: open.map((field) => ({ pointer: `/${field}`, detail: 'is missing, here and in the template' })),
        });
      const value = {
        ...merged,
        scope: 'tenant',
        status: 'draft',
        template: template ? `${template.id} ${template.version}` : null,
        validUntil: input.validUntil ?? null,
        file: file ?? null,
        signedOn: null,
      } as Terms;
      checkTerms(context, value);
      const tenantId = scopeOf(context, value);
      if (tenantId === INSTALLATION) value.scope = 'installation';
      const entityId = randomUUID();
      const agreementId = await writeOnce(store, context, async (tx) => {
        const policyHash = policies.of(context.tenant.id).current().hash;
        await recordFact(tx, context, {
          tenantId,
          kind: 'agreement',
          entityId,
          onVersion: 0,
          value,
          validFrom: 'now',
          policyHash,
        });
        await audit.add(tx, context, {
          action: 'agreement.drafted',
          policyHash,
          detail: { agreement: entityId, controller: value.controller, processor: value.processor },
        });
        return entityId;
      });
      register.forget(tenantId);
      return find(context, agreementId);
    },

    /**
     * Signed by both: in force from its `validFrom`.
     * @throws Problem `unprocessable-request` naming every clause of Art. 28(3) that is missing (REQ-A44); `conflict`
     * when another one stands in its way.
     */
    async activate(context: Context, agreementId: string, { signedOn, file }: SignatureInput): Promise<Agreement> {
      return change(context, agreementId, 'agreement.activated', context.clock(), async (tx, terms) => {
        if (terms.status !== 'draft')
          throw notAsItStands(
            `This agreement is ${terms.status} already.`,
            terms.status === 'active' ? [callTo('corrections'), callTo('end')] : [ANOTHER],
          );
        const missing = missingInAgreement(terms);
        if (missing.length > 0)
          throw new Problem('unprocessable-request', 'An agreement on processing must settle all of Art. 28(3).', {
            errors: missing,
          });
        if (!file && !terms.file) throw invalidField('/file', 'name the signed file and its SHA-256');
        if (new Date(signedOn) > context.clock()) throw invalidField('/signedOn', 'must not lie in the future');
        const value: Terms = { ...terms, status: 'active', signedOn, file: file ?? terms.file };
        checkTerms(context, value);
        await checkOthers(tx, context, agreementId, value);
        return { value, validFrom: new Date(value.validFrom), reason: 'signed before it was recorded' };
      });
    },

    /** Ends an agreement; what the processor then does with the data stands in its clause (g). */
    async end(
      context: Context,
      agreementId: string,
      { at, reason, data }: Omit<EndInput, 'at'> & { at: Date },
    ): Promise<Agreement> {
      return change(context, agreementId, 'agreement.ended', at, async (_, terms) => {
        if (terms.status === 'ended')
          throw notAsItStands('This agreement is ended already.', [callTo('data-end'), callTo('corrections')]);
        const value: Terms = { ...terms, status: 'ended', validUntil: at.toISOString() };
        if (data) value.dataAtEnd = { choice: data, done: null };
        return { value, validFrom: at, reason };
      });
    },

    /**
     * What the processor did with the data in the end, by its certificate (Art. 28(3)(g); REQ-A48).
     * @throws Problem `conflict` before the end, and when it was recorded already.
     */
    async endData(context: Context, agreementId: string, input: DataEndInput): Promise<Agreement> {
      const now = context.clock();
      return change(context, agreementId, 'agreement.data-ended', now, async (_, terms) => {
        if (!hasRunOut(terms, now)) throw notAsItStands('This agreement has not ended yet.', [callTo('end')]);
        if (terms.dataAtEnd?.done)
          throw notAsItStands('It is recorded already what became of the data.', [callTo('corrections')]);
        const { choice = terms.dataAtEnd?.choice, ...done } = input;
        if (!choice) throw invalidField('/choice', 'say whether the controller chose that data is deleted or returned');
        if (!done.copiesDeletedOn && !done.keptByLaw)
          throw invalidField(
            '/copiesDeletedOn',
            'say when the last copy was deleted, or in keptByLaw which law keeps it',
          );
        for (const field of ['on', 'copiesDeletedOn'] as const)
          if (done[field] && new Date(done[field]) > now) throw invalidField(`/${field}`, 'must not lie in the future');
        return { value: { ...terms, dataAtEnd: { choice, done } }, validFrom: now, reason: 'done by the processor' };
      });
    },

    /** Says what was right of a time that has passed; what was recorded before stays readable as known then. */
    async correct(context: Context, agreementId: string, input: AgreementCorrection): Promise<Agreement> {
      const { from, until, reason, ...fields } = input;
      return change(context, agreementId, 'agreement.corrected', new Date(from), async (tx, terms) => {
        const value = { ...terms, ...fields } as Terms;
        checkTerms(context, value);
        if (value.status === 'active') {
          const missing = missingInAgreement(value);
          if (missing.length > 0)
            throw new Problem('unprocessable-request', 'An active agreement must settle all of Art. 28(3).', {
              errors: missing,
            });
          await checkOthers(tx, context, agreementId, value);
        }
        return { value, validFrom: new Date(from), reason, validUntil: until ? new Date(until) : undefined };
      });
    },
  };
}

const sharesActivity = (a: Terms, b: Terms): boolean =>
  a.activities.some((activity) => b.activities.includes(activity));

export type AgreementsService = ReturnType<typeof createAgreements>;
