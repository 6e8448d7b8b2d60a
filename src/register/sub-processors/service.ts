import { randomUUID } from 'node:crypto';
import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { invalidField, notAsItStands, Problem } from '../../foundations/contract/problem.ts';
import type { OutboxService } from '../../foundations/outbox/service.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { INSTALLATION } from '../facts/as-of.ts';
import { requireId } from '../policies/known.ts';
import type { LetterId } from '../policies/letters.ts';
import type { Activity } from '../policies/model.ts';
import type { Policies } from '../policies/policies.ts';
import type { AsOf, Register } from '../view/service.ts';
import type { RegisterView } from '../view/view-model.ts';
import { type Affected, affectedBy } from './affected.ts';
import {
  callTo,
  changeIn,
  changeScope,
  controllersIn,
  inTheWayOf,
  newestOf,
  newVersion,
  noChange,
  noticeScope,
  stillAnnounced,
} from './change.ts';
import type { ChangeFact, NoticeFact } from './facts.ts';
import type { ChangeInput, ChangeStanding, SubProcessorChange } from './model.ts';
import { governing, noticesTo } from './notice.ts';
import { shown, visible } from './shown.ts';

export interface SubProcessorDeps {
  store: Store;
  audit: Audit;
  policies: Policies;
  register: Register;
  outbox: OutboxService;
  /** A context for every tenant, for what concerns them all. */
  tenants: () => Promise<Context[]>;
  /** Where the public finds the list of a tenant. */
  listUrl: (tenantId: string) => string;
}

/**
 * Changes of sub-processors (Art. 28(2), (4); REQ-A45): announced, told to every controller concerned, open to objections
 * for as long as each contract says, and only then activated. One change is the installation's; notice, approval and
 * objections are each institution's own.
 */
export function createSubProcessors({ store, audit, policies, register, outbox, tenants, listUrl }: SubProcessorDeps) {
  function onlyInstallation({ principal }: Context): void {
    if (!principal.everyTenant)
      throw new Problem('forbidden', 'A change concerns every portal: it takes credentials for every tenant.');
  }

  async function concerned(change: Pick<ChangeFact, 'processor' | 'activities'>) {
    const affected: { context: Context; chosen: Affected; windowEndsAt: Date }[] = [];
    const without: string[] = [];
    for (const context of await tenants()) {
      const found = affectedBy(await register.view(context), change);
      if (found === 'without') without.push(context.tenant.id);
      else if (found) {
        const { affected: chosen, windowEndsAt } = governing(found, context.clock());
        const activities = [...new Set(found.flatMap((one) => one.activities))];
        affected.push({ context, chosen: { ...chosen, activities }, windowEndsAt });
      }
    }
    return { affected, without };
  }

  /** @throws Problem naming what the policies do not declare, or leave open, of who comes. */
  function check(view: RegisterView, input: ChangeInput): void {
    const { kind, party, replaces, processor, activities } = input;
    const known = (id: string, pointer: string) => requireId(pointer, 'party', id, view.parties);
    known(party, '/party');
    known(processor, '/processor');
    if ((kind === 'replacement') !== (replaces !== undefined))
      throw invalidField('/replaces', kind === 'replacement' ? 'must name who goes' : 'belongs to a replacement only');
    if (replaces !== undefined) known(replaces, '/replaces');
    if (replaces === party) throw invalidField('/replaces', 'must be another party');
    for (const [index, id] of activities.entries()) {
      const declaredActivities = view.policies.activities;
      requireId(`/activities/${index}`, 'activity', id, declaredActivities);
      const activity = declaredActivities.find((one) => one.id === id) as Activity;
      const declared = (who: string) =>
        activity.parties.find((entry) => entry.party === who && entry.role === 'sub-processor');
      if (!activity.parties.some((entry) => entry.party === processor))
        throw invalidField(`/activities/${index}`, 'is an activity in which this processor does not act');
      const entry = declared(party);
      if (kind !== 'removal' && (!entry || (entry.for !== undefined && entry.for !== processor)))
        throw invalidField(
          `/activities/${index}`,
          'does not name this party as sub-processor of this processor: add it to the policies first, it processes nothing until the change is activated',
        );
      if (kind !== 'removal' && entry?.does === undefined)
        throw invalidField(`/activities/${index}`, 'does not say what the sub-processor does (REQ-A46): add "does"');
    }
    if (kind === 'removal') return;
    const record = view.party(party);
    const open = (['address', 'contact', 'contactPerson', 'country'] as const).filter((field) => !record?.[field]);
    if (open.length > 0)
      throw invalidField('/party', `has no ${open.join(', ')} in the policies; controllers must know who comes`);
  }

  /** Contexts, facts and messages for one step of a change in every institution concerned. */
  async function letters(
    affected: { context: Context; chosen: Affected; windowEndsAt: Date | null }[],
    step: { changeId: string; change: ChangeFact; letter: LetterId; topic: string },
  ) {
    return Promise.all(
      affected.map(async ({ context, chosen, windowEndsAt }) => ({
        context,
        chosen,
        windowEndsAt,
        messages: await outbox.prepare(
          context,
          noticesTo(chosen, { ...step, windowEndsAt, listUrl: listUrl(context.tenant.id) }),
        ),
      })),
    );
  }

  async function standingOf(changeId: string, now: Date): Promise<ChangeStanding> {
    const { change, controllers } = await store.read(async (q) => ({
      change: await changeIn(q, changeId),
      controllers: await controllersIn(q, changeId),
    }));
    const { affected, without } = await concerned(change);
    const notTold = missing(affected, controllers);
    return {
      changeId,
      status: change.status,
      controllers,
      withoutAgreement: without,
      ...inTheWayOf(change, controllers, notTold, now),
    };
  }

  async function find(context: Context, changeId: string, asOf: AsOf = {}): Promise<SubProcessorChange> {
    const found = (await register.view(context, asOf)).changes.find((change) => change.changeId === changeId);
    if (!found || !visible(context, found)) throw noChange();
    return shown(found);
  }

  /** A step of the whole change: its fact, an entry in every log concerned, and a letter to each. */
  async function step(
    context: Context,
    changeId: string,
    status: 'activated' | 'withdrawn',
    decide: (tx: Query, change: ChangeFact, concernedNow: string[]) => Promise<void> | void,
  ): Promise<ChangeStanding> {
    onlyInstallation(context);
    const before = await store.read((q) => changeIn(q, changeId));
    const now = context.clock();
    const next: ChangeFact = { ...before, status, activatedAt: status === 'activated' ? now.toISOString() : null };
    const { affected } = await concerned(before);
    const told = await letters(
      affected.map((one) => ({ ...one, windowEndsAt: null })),
      { changeId, change: next, letter: `sub-processor-${status}`, topic: `sub-processor-change.${status}` },
    );
    const action = `sub-processor-change.${status}`;
    await writeOnce(
      store,
      context,
      async (tx) => {
        const policyHash = policies.current().hash;
        const change = await changeIn(tx, changeId);
        stillAnnounced(change);
        await decide(
          tx,
          change,
          affected.map(({ context: theirs }) => theirs.tenant.id),
        );
        const detail = { change: changeId, kind: change.kind, party: change.party };
        await newVersion(tx, context, changeScope(changeId), next, policyHash);
        await audit.add(tx, context, {
          action,
          policyHash,
          detail: { ...detail, controllers: told.length },
        });
        for (const { context: theirs, messages } of told) {
          await outbox.add(tx, messages);
          if (theirs.tenant.id === context.tenant.id) continue;
          await audit.add(tx, { ...theirs, principal: context.principal }, { action, policyHash, detail });
        }
        return null;
      },
      { isolation: 'serializable' },
    );
    register.forget(INSTALLATION);
    return standingOf(changeId, context.clock());
  }

  /** Tells one institution of an announced change, and writes down until when it may object. */
  async function tell(
    tx: Query,
    context: Context,
    {
      changeId,
      change,
      told,
      policyHash,
    }: {
      changeId: string;
      change: ChangeFact;
      told: Awaited<ReturnType<typeof letters>>[number];
      policyHash: string;
    },
  ): Promise<void> {
    const { context: theirs, chosen, windowEndsAt, messages } = told;
    const { authorisation, objectionWindow } = chosen.agreement.subProcessors;
    const notice: NoticeFact = {
      agreementId: chosen.agreement.agreementId,
      sentAt: context.clock().toISOString(),
      deliveredAt: null,
      messages: messages.map(({ messageId }) => messageId),
      window: objectionWindow,
      authorisation,
      windowEndsAt: (windowEndsAt as Date).toISOString(),
      approvedAt: null,
    };
    const own = { ...theirs, principal: context.principal };
    await newVersion(tx, own, noticeScope(theirs.tenant.id, changeId), notice, policyHash);
    await outbox.add(tx, messages);
    const channels = messages.map(({ channel }) => channel);
    await audit.add(tx, own, {
      action: 'sub-processor-notice.sent',
      policyHash,
      detail: { change: changeId, party: change.party, channels, until: notice.windowEndsAt },
    });
  }

  return {
    find,

    async list(context: Context, asOf: AsOf = {}): Promise<{ items: SubProcessorChange[] }> {
      const { changes } = await register.view(context, asOf);
      return { items: changes.filter((change) => visible(context, change)).map(shown) };
    },

    /** How the change stands with every controller: for whoever announced it. */
    async standing(context: Context, changeId: string): Promise<ChangeStanding> {
      onlyInstallation(context);
      return standingOf(changeId, context.clock());
    },

    /**
     * Announces a change: every controller concerned is told by webhook and mail, in one transaction with the
     * announcement, and its window begins as its contract says.
     * @throws Problem `unprocessable-request`; `conflict` while another change of the same party is open.
     */
    async announce(context: Context, input: ChangeInput): Promise<ChangeStanding> {
      onlyInstallation(context);
      check(await register.view(context), input);
      const now = context.clock();
      const change: ChangeFact = {
        kind: input.kind,
        party: input.party,
        replaces: input.replaces ?? null,
        processor: input.processor,
        activities: input.activities,
        reason: input.reason,
        status: 'announced',
        announcedAt: now.toISOString(),
        activatedAt: null,
      };
      const { affected } = await concerned(change);
      const newId = randomUUID();
      const told = await letters(affected, {
        changeId: newId,
        change,
        letter: 'sub-processor-announced',
        topic: 'sub-processor-change.announced',
      });
      const changeId = await writeOnce(
        store,
        context,
        async (tx) => {
          const rival = (await newestOf(tx, 'sub-processor-change')).some(
            ({ value: { status, party, processor, activities } }) =>
              status === 'announced' &&
              party === change.party &&
              processor === change.processor &&
              activities.some((id) => change.activities.includes(id)),
          );
          if (rival)
            throw notAsItStands(
              'Another change of this sub-processor is announced already. Activate or withdraw it first.',
              [callTo('activation'), callTo('cancellation')],
            );
          const policyHash = policies.current().hash;
          await newVersion(tx, context, changeScope(newId), change, policyHash);
          await audit.add(tx, context, {
            action: 'sub-processor-change.announced',
            policyHash,
            detail: { change: newId, kind: change.kind, party: change.party, controllers: told.length },
          });
          for (const one of told) await tell(tx, context, { changeId: newId, change, told: one, policyHash });
          return newId;
        },
        { isolation: 'serializable' },
      );
      register.forget(INSTALLATION);
      return standingOf(changeId, context.clock());
    },

    /**
     * Tells an institution of announced changes that concern it only since it signed. Answers of how many.
     */
    async tellNewcomer(context: Context): Promise<number> {
      const { changes } = await register.view(context);
      let count = 0;
      for (const { changeId, status, notice } of changes) {
        if (status !== 'announced' || notice) continue;
        const change = await store.read((q) => changeIn(q, changeId));
        const found = affectedBy(await register.view(context), change);
        if (!found || found === 'without') continue;
        const { affected: chosen, windowEndsAt } = governing(found, context.clock());
        const [told] = await letters([{ context, chosen, windowEndsAt }], {
          changeId,
          change,
          letter: 'sub-processor-announced',
          topic: 'sub-processor-change.announced',
        });
        if (!told) continue;
        await store.write(
          async (tx) => {
            stillAnnounced(await changeIn(tx, changeId));
            await tell(tx, context, {
              changeId,
              change,
              told,
              policyHash: policies.of(context.tenant.id).current().hash,
            });
          },
          { isolation: 'serializable' },
        );
        register.forget(context.tenant.id);
        count += 1;
      }
      return count;
    },

    /**
     * Puts a change into force. Of two people at once, one does it.
     * @throws Problem `conflict` while a notice has not come through, a window runs (with the instant it ends), an
     * approval is missing or an objection is open.
     */
    async activate(context: Context, changeId: string): Promise<ChangeStanding> {
      return step(context, changeId, 'activated', async (tx, change, concernedNow) => {
        const controllers = await controllersIn(tx, changeId);
        const notTold = concernedNow.filter((id) => !controllers.some(({ tenant }) => tenant === id));
        const { inTheWay, earliestActivation } = inTheWayOf(change, controllers, notTold, context.clock());
        if (inTheWay.length === 0) return;
        throw new Problem('conflict', inTheWay.join(' '), {
          members: {
            inTheWay,
            earliestActivation: earliestActivation ?? undefined,
            calls: [callTo('handover'), callTo('approval'), callTo('cancellation')],
          },
          headers: earliestActivation ? { 'Retry-After': new Date(earliestActivation).toUTCString() } : undefined,
        });
      });
    },

    /** Takes an announcement back; whoever is concerned is told. */
    withdraw: (context: Context, changeId: string): Promise<ChangeStanding> =>
      step(context, changeId, 'withdrawn', () => undefined),
  };
}

const missing = (affected: { context: Context }[], controllers: ChangeStanding['controllers']): string[] =>
  affected.flatMap(({ context: { tenant } }) =>
    controllers.some((one) => one.tenant === tenant.id) ? [] : [tenant.id],
  );

export type SubProcessorService = ReturnType<typeof createSubProcessors>;
