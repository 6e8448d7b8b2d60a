import type { ConsentService } from '../../data/consent/service.ts';
import type { InformingService } from '../../data/informing/service.ts';
import type { Audit } from '../../foundations/audit/audit.ts';
import { showing } from '../../foundations/audit/reading.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { cursorPageFrom, DEFAULT_PAGE } from '../../foundations/contract/cursor-page.ts';
import { readJson, readUtf8 } from '../../foundations/contract/json.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import { checker } from '../../foundations/contract/validation.ts';
import type { OutboxService } from '../../foundations/outbox/service.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import { parseSubjectRef, subjectOf } from '../../foundations/vault/subjects.ts';
import { type ScopeKey, subjectScope, type Vault } from '../../foundations/vault/vault.ts';
import { endOfPeriod } from '../../law/duration.ts';
import type { Register } from '../../register/view/service.ts';
import type { PartyRecord, RegisterView } from '../../register/view/view-model.ts';
import type { ErasureOutcome } from '../erasure/tell-outcome.ts';
import { channelOf, type Disclosed, whatToTell, whoIsToBeTold } from './choosing.ts';
import { messageTo } from './message.ts';
import {
  type RecipientAnswer,
  type RecipientDisclosure,
  type RecipientInput,
  type RecipientTask,
  SignedAnswer,
  type TaskQuery,
  type TaskStatus,
  type Told,
} from './model.ts';
import {
  type Identifiers,
  openIdentifiers,
  REASON_SCOPE,
  referencePlace,
  requestScope,
  sealIdentifiers,
  sealReason,
} from './sealing.ts';
import {
  type DisclosureRow,
  disclosuresOf,
  findTask,
  insertDisclosure,
  insertTasks,
  listTasks,
  moveTask,
  OPEN_STATUSES,
  type TaskRow,
  tasksIn,
  tasksOfRequest,
} from './table.ts';

export interface RecipientDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  register: Pick<Register, 'view'>;
  consent: Pick<ConsentService, 'linkedSubjects'>;
  informing: Pick<InformingService, 'disclosed'>;
  outbox: Pick<OutboxService, 'prepare' | 'add' | 'standingOf' | 'checkSigned'>;
  /** Sends an erasure on by OpenDSR: what is to be written with the task. */
  opendsr: {
    prepare(
      context: Context,
      party: PartyRecord,
      taskId: string,
      account: string,
    ): Promise<(tx: Query) => Promise<void>>;
  };
  /** Where a recipient answers; null: only in words. */
  answerUrl(tenantId: string, taskId: string): string | null;
}

/** How long a recipient has to answer before somebody is told that it has not. */
const ANSWER_PERIOD = 'P14D';
/** Tasks looked at in one turn of the job. */
const BATCH = 200;

const checkAnswer = checker(SignedAnswer, '');

/**
 * Recipients of a person's data (GDPR Art. 19): who had it, that each is told of rectification, erasure and restriction,
 * and what each answered.
 */
export function createRecipients({
  store,
  audit,
  vault,
  register,
  consent,
  informing,
  outbox,
  opendsr,
  answerUrl,
}: RecipientDeps) {
  /** Who it is, with the visitors linked to them. */
  async function subjectsOf(context: Context, reference: string) {
    const ref = parseSubjectRef(reference);
    const { subjectId } = await subjectOf(vault, context.tenant.id, ref);
    const subjectIds = ref.kind === 'account' ? await consent.linkedSubjects(context, subjectId) : [subjectId];
    return { ref, subjectId, subjectIds };
  }

  /** The person's ledger, opened. */
  async function ledgerOf(q: Query, tenantId: string, subjectIds: string[]) {
    const opened: (DisclosureRow & { reference: string | null })[] = [];
    for (const row of await disclosuresOf(q, tenantId, subjectIds)) {
      const key = row.referenceSealed ? await vault.existingKey(tenantId, subjectScope(row.subjectId)) : undefined;
      const reference = row.referenceSealed && key?.open(referencePlace(q.tables, row), row.referenceSealed);
      opened.push({ ...row, reference: reference ?? null });
    }
    return opened;
  }

  const note = (tx: Query, context: Context, view: RegisterView, action: string, task: TaskRow, more: object = {}) =>
    audit.add(tx, context, {
      action,
      policyHash: view.policyHash,
      detail: { task: task.taskId, request: task.requestId, party: task.party, what: task.what, ...more },
    });

  function shown(row: TaskRow, view: RegisterView, now: Date): RecipientTask {
    const open = (OPEN_STATUSES as readonly string[]).includes(row.status);
    return {
      taskId: row.taskId,
      requestId: row.requestId as string,
      party: row.party,
      categories: row.categories,
      name: view.party(row.party)?.name ?? row.party,
      what: row.what as Told,
      channel: row.channel as RecipientTask['channel'],
      status: row.status as TaskStatus,
      messageId: row.messageId,
      createdAt: row.createdAt.toISOString(),
      dueAt: row.dueAt.toISOString(),
      overdue: open && row.dueAt < now,
      answer: row.answer as RecipientTask['answer'],
      answeredAt: row.answeredAt?.toISOString() ?? null,
    };
  }

  async function taskOf(q: Query, context: Context, taskId: string): Promise<TaskRow> {
    const row = await findTask(q, context.tenant.id, taskId);
    if (!row) throw new Problem('not-found', 'There is no task of this id.');
    return row;
  }

  /** Writes an answer; the same again changes nothing, another one is refused. */
  async function settle(
    tx: Query,
    context: Context,
    view: RegisterView,
    key: ScopeKey | undefined,
    taskId: string,
    { answer, reason }: RecipientAnswer,
  ): Promise<TaskRow> {
    const row = await taskOf(tx, context, taskId);
    const at = context.clock();
    const settled = {
      status: 'answered',
      answer,
      answeredAt: at,
      updatedAt: at,
      identifiersSealed: null,
      reasonSealed: reason === undefined || !key ? null : sealReason(key, row.tenantId, taskId, reason),
    };
    if (await moveTask(tx, row, OPEN_STATUSES, settled)) {
      await note(tx, context, view, 'recipient.answered', row, { answer });
      return { ...row, ...settled };
    }
    if (row.answer === answer) return row;
    throw new Problem('conflict', 'This task has ended with another answer already.');
  }

  /** Nobody is told of it. */
  async function leave(tx: Query, context: Context, view: RegisterView, task: TaskRow): Promise<void> {
    const ended = { status: 'cancelled', identifiersSealed: null, updatedAt: context.clock() };
    if (await moveTask(tx, task, ['waiting'], ended)) await note(tx, context, view, 'recipient.not-told', task);
  }

  return {
    /** Notes that data of a person was passed on. @throws Problem for a party or category the policies do not have. */
    async record(context: Context, reference: string, input: RecipientInput): Promise<RecipientDisclosure> {
      const tenantId = context.tenant.id;
      const view = await register.view(context);
      const party = view.party(input.party);
      if (!party || party.kind === 'tenant')
        throw invalidField('/party', 'must be a party of the register, not itself');
      for (const [n, id] of input.categories.entries())
        if (!view.policies.categories.some((one) => one.id === id && !one.anonymous))
          throw invalidField(`/categories/${n}`, 'must be a category of personal data in the policies');
      const at = new Date(input.at);
      if (at > context.clock()) throw invalidField('/at', 'must not lie in the future');
      const { subjectId } = await subjectsOf(context, reference);
      const key = await vault.key(tenantId, subjectScope(subjectId));
      const commitment = await vault.commitment(tenantId, subjectId);
      const disclosureId = await writeOnce(store, context, async (tx) => {
        const now = context.clock();
        const id = uuidv7(now);
        const place = referencePlace(tx.tables, { tenantId, disclosureId: id });
        await insertDisclosure(tx, {
          tenantId,
          disclosureId: id,
          subjectId,
          party: party.id,
          categories: input.categories,
          referenceSealed: input.reference === undefined ? null : key.seal(place, input.reference),
          disclosedAt: at,
          recordedAt: now,
          policyHash: view.policyHash,
        });
        await informing.disclosed(tx, context, subjectId, input.categories, at);
        await audit.add(tx, context, {
          action: 'recipient.recorded',
          subject: commitment,
          policyHash: view.policyHash,
          detail: { disclosure: id, party: party.id, categories: input.categories },
        });
        return id;
      });
      return {
        disclosureId,
        party: party.id,
        name: party.name,
        categories: input.categories,
        at: at.toISOString(),
        reference: input.reference ?? null,
      };
    },

    /** To whom data of a person was passed on, as recorded. */
    async ledger(context: Context, reference: string): Promise<{ items: RecipientDisclosure[] }> {
      const view = await register.view(context);
      const { subjectIds } = await subjectsOf(context, reference);
      showing(context, ...subjectIds);
      const rows = await store.read((q) => ledgerOf(q, context.tenant.id, subjectIds));
      const items = rows.map(({ disclosureId, party, categories, disclosedAt, reference: known }) => ({
        disclosureId,
        party,
        name: view.party(party)?.name ?? party,
        categories,
        at: disclosedAt.toISOString(),
        reference: known,
      }));
      return { items };
    },

    /**
     * One task for each recipient of these categories, before the act itself: an erasure takes the ledger with it. They
     * wait until `send`. Opening again for the same request and act adds only who is not there yet.
     */
    async open(
      context: Context,
      about: { requestId: string; what: Told; subject: string; categories: readonly string[] },
    ): Promise<RecipientTask[]> {
      const tenantId = context.tenant.id;
      const view = await register.view(context);
      const { ref, subjectIds } = await subjectsOf(context, about.subject);
      const key = await vault.key(tenantId, requestScope(about.requestId));
      const ledger: Disclosed[] = await store.read((q) => ledgerOf(q, tenantId, subjectIds));
      const rows = await store.write(
        async (tx) => {
          const there = await tasksOfRequest(tx, tenantId, about.requestId);
          const known = new Set(there.filter(({ what }) => what === about.what).map(({ party }) => party));
          const now = context.clock();
          const fresh = whoIsToBeTold(view, ledger, about.categories).flatMap(
            ({ party, categories, references }): TaskRow[] => {
              if (known.has(party.id)) return [];
              const taskId = uuidv7(now);
              const identifiers: Identifiers = { account: ref.kind === 'account' ? ref.id : null, references };
              return [
                {
                  tenantId,
                  taskId,
                  requestId: about.requestId,
                  party: party.id,
                  what: about.what,
                  categories,
                  channel: channelOf(party, about.what, identifiers.account),
                  status: 'waiting',
                  messageId: null,
                  dueAt: endOfPeriod(now, ANSWER_PERIOD, view.tenant.timeZone),
                  createdAt: now,
                  answeredAt: null,
                  answer: null,
                  reasonSealed: null,
                  updatedAt: now,
                  identifiersSealed: sealIdentifiers(key, tenantId, taskId, identifiers),
                },
              ];
            },
          );
          await insertTasks(tx, fresh);
          for (const task of fresh) await note(tx, context, view, 'recipient.to-be-told', task);
          return [...there.filter(({ what }) => what === about.what), ...fresh];
          // Of two who open it at once neither may miss what the other has just made.
        },
        { isolation: 'serializable' },
      );
      return rows.map((row) => shown(row, view, context.clock()));
    },

    /**
     * The act is done: tells each recipient of it, or asks somebody to. Doing it again changes nothing. Of an erasure
     * (`outcome`) only what it has erased is told, with what stays; what a hold keeps back waits until it is erased too.
     */
    async send(context: Context, requestId: string, what: Told, outcome?: ErasureOutcome): Promise<RecipientTask[]> {
      const tenantId = context.tenant.id;
      const view = await register.view(context);
      const key = await vault.existingKey(tenantId, requestScope(requestId));
      const all = await store.read((q) => tasksOfRequest(q, tenantId, requestId));
      for (const opened of all.filter((one) => one.what === what && one.status === 'waiting')) {
        const { told: categories, stays, later } = whatToTell(opened.categories, outcome);
        const identifiers = openIdentifiers(key, opened);
        if (categories.length === 0) {
          if (later.length === 0) await store.write((tx) => leave(tx, context, view, opened));
          continue;
        }
        const task = { ...opened, categories };
        const rest =
          key && identifiers && later.length > 0 ? restOf(context, key, task, later, identifiers) : undefined;
        const party = view.party(task.party);
        const message =
          party && identifiers && messageTo(view, party, task, identifiers, stays, answerUrl(tenantId, task.taskId));
        const submission =
          task.channel === 'opendsr' && party?.opendsr && identifiers?.account
            ? await opendsr.prepare(context, party, task.taskId, identifiers.account)
            : undefined;
        const prepared = message ? await outbox.prepare(context, [message]) : [];
        await store.write(async (tx) => {
          const at = context.clock();
          const [first] = prepared;
          const told = {
            ...(first || submission
              ? { status: 'sent', messageId: first?.messageId ?? null }
              : { status: 'manual', channel: 'manual' }),
            categories,
            updatedAt: at,
            dueAt: endOfPeriod(at, ANSWER_PERIOD, view.tenant.timeZone),
          };
          if (!(await moveTask(tx, task, ['waiting'], told))) return;
          if (rest) {
            await insertTasks(tx, [rest]);
            await note(tx, context, view, 'recipient.to-be-told', rest);
          }
          await outbox.add(tx, prepared);
          await submission?.(tx);
          await note(tx, context, view, 'recipient.told', task, {
            channel: first || submission ? task.channel : 'manual',
          });
        });
      }
      const rows = await store.read((q) => tasksOfRequest(q, tenantId, requestId));
      return rows.filter((one) => one.what === what).map((row) => shown(row, view, context.clock()));
    },

    /** The act did not come to be: nobody is told of it. */
    async cancel(context: Context, requestId: string, what: Told): Promise<void> {
      const view = await register.view(context);
      await store.write(async (tx) => {
        for (const task of await tasksOfRequest(tx, context.tenant.id, requestId))
          if (task.what === what) await leave(tx, context, view, task);
      });
    },

    /** Whom a request concerns and what each said: what the person may ask for (Art. 19, second sentence). */
    async of(context: Context, requestId: string): Promise<RecipientTask[]> {
      const view = await register.view(context);
      const rows = await store.read((q) => tasksOfRequest(q, context.tenant.id, requestId));
      return rows.map((row) => shown(row, view, context.clock()));
    },

    async list(context: Context, query: TaskQuery) {
      const limit = query.limit ?? DEFAULT_PAGE;
      const view = await register.view(context);
      const now = context.clock();
      const rows = await store.read((q) =>
        listTasks(q, context.tenant.id, {
          requestId: query.request,
          status: query.status,
          missedAt: query.overdue ? now : undefined,
          before: query.cursor,
          limit: limit + 1,
        }),
      );
      return cursorPageFrom(
        rows.map((row) => shown(row, view, now)),
        limit,
        ({ taskId }) => taskId,
      );
    },

    /** An officer notes what a recipient said, or why it could not be told (Art. 19: impossible, disproportionate). */
    async answer(context: Context, taskId: string, input: RecipientAnswer): Promise<RecipientTask> {
      if (input.reason === undefined && input.answer !== 'done' && input.answer !== 'not-held')
        throw invalidField('/reason', 'must say why nothing was done (GDPR Art. 19)');
      const view = await register.view(context);
      const key = input.reason === undefined ? undefined : await vault.key(context.tenant.id, REASON_SCOPE);
      const taskIdThen = await writeOnce(store, context, async (tx) => {
        return (await settle(tx, context, view, key, taskId, input)).taskId;
      });
      const row = await store.read((q) => taskOf(q, context, taskIdThen));
      return shown(row, view, context.clock());
    },

    /**
     * A recipient answers itself, signed with the secret its webhooks are signed with (Standard Webhooks). The signature
     * and its age are checked before anything is read; the same answer again changes nothing.
     * @throws Problem `signature-refused`, the same for an unknown task and a wrong signature.
     */
    async answerSigned(
      context: Context,
      taskId: string,
      bytes: Buffer,
      headers: Readonly<Record<string, string | string[] | undefined>>,
    ): Promise<void> {
      const row = await store.read((q) => findTask(q, context.tenant.id, taskId));
      // Also where there is no such task: it must not be told from a wrong signature, by nothing.
      const genuine = await outbox.checkSigned(context, row?.party ?? '', headers, bytes);
      if (!row || !genuine)
        throw new Problem('signature-refused', 'The signature does not fit, is too old, or belongs to another task.');
      const value = readJson(readUtf8(bytes));
      checkAnswer(value);
      const { data } = value as SignedAnswer;
      if (data.answer === 'refused' && data.reason === undefined)
        throw invalidField('/data/reason', 'must say why nothing was done (GDPR Art. 19)');
      const view = await register.view(context);
      const key = data.reason === undefined ? undefined : await vault.key(context.tenant.id, REASON_SCOPE);
      await store.write((tx) => settle(tx, context, view, key, taskId, data));
    },

    /** What a processor has signed: it is done, or it was not and somebody has to look at it. */
    async settleFromProcessor(tx: Query, context: Context, taskId: string, done: boolean): Promise<void> {
      const view = await register.view(context);
      if (done) return void (await settle(tx, context, view, undefined, taskId, { answer: 'done' }));
      const task = await taskOf(tx, context, taskId);
      if (await moveTask(tx, task, ['sent'], { status: 'failed', updatedAt: context.clock() }))
        await note(tx, context, view, 'recipient.unreachable', task);
    },

    /** Takes over from the outbox what came through and what was given up. Answers counts, and what is missed by now. */
    async noteDeliveries(context: Context): Promise<{ delivered: number; failed: number; missed: number }> {
      const view = await register.view(context);
      const tenantId = context.tenant.id;
      const sent = await store.read((q) => tasksIn(q, tenantId, ['sent', 'failed'], BATCH));
      const ids = sent.flatMap(({ messageId }) => (messageId === null ? [] : [messageId]));
      const standing = await outbox.standingOf(context, ids);
      const sum = { delivered: 0, failed: 0, missed: 0 };
      for (const task of sent) {
        const message = task.messageId === null ? undefined : standing.get(task.messageId);
        const now = context.clock();
        const status = message === 'delivered' ? 'delivered' : message === 'dead' ? 'failed' : 'sent';
        if (message === undefined || status === task.status) continue;
        await store.write(async (tx) => {
          if (!(await moveTask(tx, task, [task.status], { status, updatedAt: now }))) return;
          await note(tx, context, view, status === 'failed' ? 'recipient.unreachable' : `recipient.${status}`, task);
          if (status === 'delivered') sum.delivered += 1;
          if (status === 'failed') sum.failed += 1;
        });
      }
      const open = await store.read((q) =>
        listTasks(q, tenantId, { missedAt: context.clock(), before: undefined, limit: BATCH }),
      );
      return { ...sum, missed: open.length };
    },
  };
}

/** What one recipient will have to be told later, as a task of its own. */
function restOf(
  context: Context,
  key: ScopeKey,
  task: TaskRow,
  categories: string[],
  identifiers: Identifiers,
): TaskRow {
  const now = context.clock();
  const taskId = uuidv7(now);
  const identifiersSealed = sealIdentifiers(key, task.tenantId, taskId, identifiers);
  return { ...task, taskId, categories, createdAt: now, updatedAt: now, identifiersSealed };
}

export type RecipientService = ReturnType<typeof createRecipients>;
