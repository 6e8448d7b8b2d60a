import type { AccessService } from '../../foundations/access/service.ts';
import type { Audit } from '../../foundations/audit/audit.ts';
import { entriesAfter } from '../../foundations/audit/table.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { cursorPageFrom, DEFAULT_PAGE } from '../../foundations/contract/cursor-page.ts';
import { invalidField } from '../../foundations/contract/problem.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Store } from '../../foundations/store/store.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import { localDay } from '../../law/duration.ts';
import type { Fact } from '../../register/facts/as-of.ts';
import { createDiary } from '../../register/facts/diary.ts';
import { recordFact } from '../../register/facts/facts.ts';
import { requireId } from '../../register/policies/known.ts';
import type { Register } from '../../register/view/service.ts';
import type { OfficerConflict, OfficerStanding, OfficerTask, OfficerTaskInput } from './model.ts';

interface OfficerDeps {
  store: Store;
  audit: Audit;
  register: Pick<Register, 'view'>;
  access: Pick<AccessService, 'listTokens'>;
}

const KIND = 'officer-task';
/** Deeds that decide on purposes and means: an officer who does them watches over themselves (Art. 38(6)). */
const DECIDING = ['policies.loaded', 'policies.corrected', 'agreement.activated', 'instruction.issued'];
/** Roles that act for the controller. */
const CONTROLLERS_SIDE: readonly string[] = ['admin', 'operator'];
const PAGE = 200;

const isDay = (text: string) => !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().slice(0, 10) === text;

/** The data protection officer: whether they stand as the law wants, and what they did (Art. 37 to 39; REQ-A55). */
export function createOfficer({ store, audit, register, access }: OfficerDeps) {
  const diary = createDiary({ store }, KIND);

  async function tokensOf(context: Context) {
    const all: Awaited<ReturnType<AccessService['listTokens']>>['items'] = [];
    for (let cursor: string | undefined; ; ) {
      const { items, next } = await access.listTokens(context, { limit: PAGE, cursor });
      all.push(...items);
      if (next === null) return all;
      cursor = next;
    }
  }

  /** What the officer's tokens decided, and who holds an officer's token and one of the controller's side by one name. */
  async function conflicts(context: Context): Promise<OfficerConflict[]> {
    const now = context.clock();
    const tokens = await tokensOf(context);
    const labels = new Map(tokens.map(({ id, label }) => [id, label]));
    const found = new Map<string, OfficerConflict>();
    for (const action of DECIDING)
      for (let after: string | undefined; ; ) {
        const page = await store.read((q) => entriesAfter(q, context.tenant.id, { action }, after, PAGE));
        for (const { role, actor, action: deed, recordedAt } of page)
          if (role === 'dpo' && !found.has(`${actor} ${deed}`))
            found.set(`${actor} ${deed}`, {
              why: 'decided-on-policies',
              token: actor,
              label: labels.get(actor) ?? actor,
              with: deed,
              since: recordedAt.toISOString(),
            });
        if (page.length < PAGE) break;
        after = page.at(-1)?.entryId;
      }
    const live = tokens.filter(
      ({ revokedAt, expiresAt }) => revokedAt === null && (expiresAt === null || new Date(expiresAt) > now),
    );
    const named = (label: string) => label.trim().toLowerCase();
    for (const officer of live.filter(({ role }) => role === 'dpo'))
      for (const other of live)
        if (CONTROLLERS_SIDE.includes(other.role) && named(other.label) === named(officer.label))
          found.set(`${officer.id} ${other.role}`, {
            why: 'also-operates',
            token: officer.id,
            label: officer.label,
            with: other.role,
            since: other.createdAt > officer.createdAt ? other.createdAt : officer.createdAt,
          });
    return [...found.values()];
  }

  const shown = ({ entityId, value, recordedAt, recordedBy }: Fact<OfficerTaskInput>): OfficerTask => {
    const { task, on, summary, activity = null, followed = null } = value as OfficerTaskInput;
    return {
      taskId: entityId,
      task,
      on,
      summary,
      activity,
      followed,
      recordedAt: recordedAt.toISOString(),
      recordedBy,
    };
  };

  return {
    conflicts,

    async standing(context: Context): Promise<OfficerStanding> {
      const view = await register.view(context);
      const party = view.parties.find(({ kind }) => kind === 'tenant');
      const officer = party?.dataProtectionOfficer;
      return {
        party: party?.id ?? '',
        name: officer?.name ?? null,
        contact: officer?.contact ?? null,
        publishedOn: officer?.published?.on ?? null,
        publishedAt: officer?.published?.at ?? null,
        notifiedToAuthority: officer?.notifiedToAuthority ?? null,
        secrecyNotice: officer?.secrecyNotice ?? null,
        conflicts: await conflicts(context),
        tasks: await diary.count(context),
      };
    },

    /** Writes down what the officer did; nothing of it is ever changed. @throws Problem naming the field that is wrong */
    async record(context: Context, input: OfficerTaskInput): Promise<OfficerTask> {
      const now = context.clock();
      if (!isDay(input.on)) throw invalidField('/on', 'must be a day of the calendar, such as 2026-03-31');
      if (input.on > localDay(now, context.tenant.timeZone)) throw invalidField('/on', 'must not lie in the future');
      const advice = input.task === 'advice-given' || input.task === 'assessment-advised';
      if (input.followed !== undefined && !advice) throw invalidField('/followed', 'belongs to advice');
      const { policyHash, activities } = await register.view(context);
      if (input.activity !== undefined) requireId('/activity', 'activity', input.activity, activities);
      return writeOnce(store, context, async (tx) => {
        const fact = await recordFact<OfficerTaskInput>(tx, context, {
          tenantId: context.tenant.id,
          kind: KIND,
          entityId: uuidv7(now),
          onVersion: 0,
          value: input,
          validFrom: 'now',
          policyHash,
        });
        await audit.add(tx, context, {
          action: 'officer.task-recorded',
          policyHash,
          detail: { task: fact.entityId, what: input.task, on: input.on },
        });
        return shown(fact);
      });
    },

    /** What the officer did, newest first. */
    async tasks(
      context: Context,
      { limit = DEFAULT_PAGE, cursor, until }: { limit?: number; cursor?: string; until?: Date },
    ) {
      const rows = await diary.newest(context, { before: cursor, until, limit: limit + 1 });
      const { items, next } = cursorPageFrom(rows, limit, ({ entityId }) => entityId);
      return { items: items.map((row) => shown(row as Fact<OfficerTaskInput>)), next };
    },
  };
}

export type OfficerService = ReturnType<typeof createOfficer>;
