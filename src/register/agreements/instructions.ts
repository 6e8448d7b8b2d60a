import { createHash } from 'node:crypto';
import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { type InputFault, notAsItStands, Problem } from '../../foundations/contract/problem.ts';
import type { OutboxService } from '../../foundations/outbox/service.ts';
import type { Signer } from '../../foundations/signing/signer.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Store } from '../../foundations/store/store.ts';
import { flowsFreely, transferStands } from '../../law/adequacy.ts';
import { regimeOf } from '../../law/jurisdictions.ts';
import { factAsOf } from '../facts/as-of.ts';
import { recordFact } from '../facts/facts.ts';
import { latestFact } from '../facts/table.ts';
import { requireId, unknownId } from '../policies/known.ts';
import type { Policies, PolicyView } from '../policies/policies.ts';
import type { Register } from '../view/service.ts';
import type { ActivityRecord, ChainLink, RegisterView } from '../view/view-model.ts';
import type { Agreement, InstructionCheck, InstructionFact, InstructionInput, InstructionVerdict } from './model.ts';
import { type Lack, refusalNotices } from './refusal-notice.ts';
import { type AgreementsService, ANOTHER, FOREVER } from './service.ts';

export interface InstructionDeps {
  store: Store;
  audit: Audit;
  policies: Policies;
  register: Pick<Register, 'view' | 'forget'>;
  agreements: Pick<AgreementsService, 'find' | 'historyOf'>;
  signer: Pick<Signer, 'sign'>;
  outbox: Pick<OutboxService, 'prepare' | 'add'>;
}

/**
 * What a processor is told to do, and what it is not (GDPR Art. 28(3)(a), 29; REQ-A47): versions of the instructions
 * under an agreement, each signed, and the question whether something lies within them.
 */
export function createInstructions({ store, audit, policies, register, agreements, signer, outbox }: InstructionDeps) {
  /** Adds a version of the instructions under an agreement; earlier ones stay. */
  async function issue(context: Context, agreementId: string, input: InstructionInput): Promise<Agreement> {
    const { text, ...permits } = input;
    checkPermits(policies.of(context.tenant.id), input);
    const before = await store.read((q) => agreements.historyOf(q, context, agreementId));
    const { tenantId } = before[0];
    const version = ((await store.read((q) => latestFact(q, tenantId, 'instruction', agreementId)))?.version ?? 0) + 1;
    const sha256 = createHash('sha256').update(text).digest('hex');
    const signedAt = context.clock().toISOString();
    const { controller, processor } = before[0].value as Agreement;
    const document = { agreementId, version, controller, processor, text, sha256, permits, signedAt };
    const signature = await signer.sign(document, 'instruction+jws');
    const recorded = await writeOnce(store, context, async (tx) => {
      const history = await agreements.historyOf(tx, context, agreementId);
      const fact = factAsOf(history, { at: context.clock(), knownAt: FOREVER }) ?? history[0];
      if (fact.value?.status === 'ended')
        throw notAsItStands('Nothing is instructed under an ended agreement.', [ANOTHER]);
      const value: InstructionFact = { agreementId, text, sha256, permits, signature };
      const policyHash = policies.of(context.tenant.id).current().hash;
      // The signature names its version: whoever comes second with the same one is refused.
      await recordFact(tx, context, {
        tenantId,
        kind: 'instruction',
        entityId: agreementId,
        onVersion: version - 1,
        value,
        validFrom: 'now',
        policyHash,
      });
      await audit.add(tx, context, {
        action: 'instruction.issued',
        policyHash,
        detail: { agreement: agreementId, version, sha256 },
      });
      return tenantId;
    });
    register.forget(recorded);
    return agreements.find(context, agreementId);
  }

  /**
   * Whether what somebody wants of a processor lies within the documented instructions: the agreement that is in force,
   * its newest instruction, and what the register says of the activity.
   * @throws Problem `outside-instructions` naming what is not covered. It is recorded, and the controller is told, once
   * for the same thing under the same instruction (Art. 28(3)(a) and last sentence).
   */
  async function check(context: Context, wanted: InstructionCheck): Promise<InstructionVerdict> {
    const view = await register.view(context);
    requireId('/processor', 'party', wanted.processor, view.parties);
    const record = view.activity(wanted.activity);
    if (!record)
      throw unknownId(
        '/activity',
        'activity',
        wanted.activity,
        view.policies.activities.map(({ id }) => id),
      );
    if (wanted.recipient !== undefined) requireId('/recipient', 'party', wanted.recipient, view.parties);
    if (wanted.category !== undefined) requireId('/category', 'category', wanted.category, view.policies.categories);
    const link = record.chain.find(({ party, actsFor }) => party.id === wanted.processor && actsFor !== null);
    const faults = outside(view, record, link, wanted);
    const agreement = link?.agreement ?? null;
    const instruction = agreement?.instructions.at(-1)?.version ?? null;
    if (faults.length > 0) {
      await report(context, view, { wanted, faults, agreement, instruction });
      throw new Problem('outside-instructions', 'Nobody has instructed the processor to do this.', {
        errors: faults.map(fault),
      });
    }
    return {
      within: true,
      controller: link?.actsFor as string,
      processor: wanted.processor,
      agreementId: agreement?.agreementId as string,
      instruction,
    };
  }

  async function report(
    context: Context,
    view: RegisterView,
    refused: {
      wanted: InstructionCheck;
      faults: Lack[];
      agreement: Agreement | null;
      instruction: number | null;
    },
  ): Promise<void> {
    const { wanted, faults, agreement, instruction } = refused;
    const { tenant } = context;
    const value = { ...wanted, agreementId: agreement?.agreementId ?? null, instruction, lacking: faults.map(fault) };
    const entityId = createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
    const known = await store.read((q) => latestFact(q, tenant.id, 'instruction-refusal', entityId));
    if (known) return;
    const messages = await outbox.prepare(context, refusalNotices(view, wanted, faults));
    const recorded = store.write(async (tx) => {
      if (await latestFact(tx, tenant.id, 'instruction-refusal', entityId)) return;
      const policyHash = policies.of(context.tenant.id).current().hash;
      await recordFact(tx, context, {
        tenantId: tenant.id,
        kind: 'instruction-refusal',
        entityId,
        onVersion: 0,
        value,
        validFrom: 'now',
        policyHash,
      });
      await outbox.add(tx, messages);
      await audit.add(tx, context, {
        action: 'instruction.refused',
        policyHash,
        detail: { ...wanted, agreement: value.agreementId, instruction, lacking: faults.map(({ pointer }) => pointer) },
      });
    });
    await recorded.catch((fault: unknown) => {
      // Somebody else has just reported the same.
      if (!(fault instanceof Problem && fault.type === 'conflict')) throw fault;
    });
    register.forget(tenant.id);
  }

  return { issue, check };
}

/** @throws Problem naming what the register does not have. */
function checkPermits(policies: PolicyView, { categories, recipients }: InstructionInput): void {
  const { categories: known, parties } = policies.current();
  for (const [index, id] of (categories ?? []).entries()) requireId(`/categories/${index}`, 'category', id, known);
  for (const [index, id] of (recipients ?? []).entries()) requireId(`/recipients/${index}`, 'party', id, parties);
}

/** As answers and facts have it. */
const fault = ({ pointer, detail }: Lack): InputFault => ({ pointer, detail });

/** What of it nobody has instructed; empty when all of it is. */
function outside(
  view: RegisterView,
  { id, activity, chain }: ActivityRecord,
  link: ChainLink | undefined,
  { processor, operation, category, recipient, country }: InstructionCheck,
): Lack[] {
  if (!link) return [{ why: 'nobody', pointer: '/processor', detail: `${processor} processes for nobody in ${id}` }];
  const { agreement } = link;
  if (!agreement)
    return [{ why: 'no-agreement', pointer: '/activity', detail: `no agreement with ${processor} covers ${id}` }];
  if (!link.engaged)
    return [
      { why: 'not-authorised', pointer: '/processor', detail: `${processor} is not authorised in ${id} (Art. 28(2))` },
    ];
  const permits = agreement.instructions.at(-1)?.permits ?? {};
  const faults: Lack[] = [];
  const lacks = (pointer: string, why: Lack['why'], detail: string) => faults.push({ why, pointer, detail });
  const only = (pointer: string, named: readonly string[]) =>
    faults.push({ why: 'only', named, pointer, detail: `the instruction names only ${named.join(', ')}` });
  if (permits.operations && !permits.operations.includes(operation)) only('/operation', permits.operations);
  if (category !== undefined) {
    if (!activity.categories.includes(category))
      lacks('/category', 'not-processed', `${id} does not process ${category}`);
    else if (permits.categories && !permits.categories.includes(category)) only('/category', permits.categories);
  }
  if (recipient !== undefined) {
    if (!chain.some(({ party, engaged }) => engaged && party.id === recipient))
      lacks('/recipient', 'receives-nothing', `${recipient} receives nothing of ${id}`);
    else if (permits.recipients && !permits.recipients.includes(recipient)) only('/recipient', permits.recipients);
  }
  const regime = regimeOf(view.tenant.jurisdiction);
  if (country !== undefined && !flowsFreely(regime, country)) {
    const importer = recipient ?? processor;
    const covered = activity.transfers.some(
      (transfer) =>
        transfer.country === country &&
        transfer.importer === importer &&
        transferStands({
          ...transfer,
          regime,
          importerFrameworks: view.party(importer)?.frameworks ?? [],
          at: view.at,
        }).stands,
    );
    if (!covered) lacks('/country', 'no-transfer', `no transfer of ${id} to ${importer} in ${country} stands`);
    else if (permits.countries && !permits.countries.includes(country)) only('/country', permits.countries);
  }
  return faults;
}

export type InstructionService = ReturnType<typeof createInstructions>;
