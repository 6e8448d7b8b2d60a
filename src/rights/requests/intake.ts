import { comparableEmail } from '../../foundations/contract/comparable-email.ts';
import { type Context, withoutIdempotencyKey } from '../../foundations/contract/context.ts';
import { toNfc } from '../../foundations/contract/personal-text.ts';
import { invalidField } from '../../foundations/contract/problem.ts';
import { textsIn } from '../../foundations/messages/texts.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import { parseSubjectRef, subjectOf } from '../../foundations/vault/subjects.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import { localDay } from '../../law/duration.ts';
import { requireId } from '../../register/policies/known.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { recordedInstitution } from '../../register/view/speaker.ts';
import type { RegisterView } from '../../register/view/view-model.ts';
import type { File, RequestRecords } from './case-file.ts';
import type { EnteredBy, EventData, NewEvent } from './events.ts';
import { telling } from './letters.ts';
import type { RequestIntake } from './model.ts';
import { objectedTo } from './objected.ts';
import type { RequestPorts } from './ports.ts';
import { type Life, replay } from './replay.ts';
import { type Requester, requestEvents, sealRequester } from './sealing.ts';
import { secretHash } from './secret.ts';
import { insertRequest, likeThese, type RequestRow, updateRequest } from './table.ts';
import { checkReceipt, complaintsExist, ruleSetOf, termsOf, timingOf } from './timing.ts';
import { checkTransfer } from './transfer.ts';
import type { Channel } from './types.ts';

/** Days for which an answered request is looked at as one that may be repeated. */
const RECENT_DAYS = 365;
const DAY = 86_400_000;
const SIMILAR = 20;

/** Everything that is known when a request comes in. */
export interface Arrival extends Omit<RequestIntake, 'channel' | 'receivedAt'> {
  channel: Channel;
  enteredBy: EnteredBy;
  receivedAt: Date;
  /** How the subject is known: nobody is named of whom it is not. */
  subjectBy: EventData['received']['subjectBy'];
  identity: EventData['received']['identity'];
  /** Acknowledged at once, by mail, where there is an address. */
  acknowledge: boolean;
  /** The purpose has left the policies meanwhile: what was agreed to of it can still be taken back. */
  formerPurpose?: boolean;
  /** What whoever brings it on writes in the same transaction. */
  also?: (tx: Query, requestId: string) => Promise<void>;
}

interface IntakeDeps {
  store: Store;
  vault: Vault;
  records: RequestRecords;
  policies: Pick<Policies, 'of'>;
  ports: RequestPorts;
}

/** Keyed, so that nobody can tell from it who asked; the same for the same mailbox. */
export const requesterIndexOf = (vault: Vault, tenantId: string, email: string): Promise<string> =>
  vault.index(tenantId, 'requester', comparableEmail(email));

const without = <T extends object>(values: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;

/** Taking a request in: by whatever way it comes, it is the same request afterwards. */
export function createIntake({ store, vault, records, policies, ports }: IntakeDeps) {
  /** @throws Problem naming what of it cannot be. */
  function check(view: RegisterView, arrival: Arrival, now: Date) {
    const terms = termsOf(view);
    const { type, then, receivedAt, purpose, categories, ground, changes, statement } = arrival;
    if (type === 'complaint' && !complaintsExist(receivedAt, terms))
      throw invalidField('/type', 'complaints to the controller are a right in the UK, since 19 June 2026');
    if (receivedAt > now) throw invalidField('/receivedAt', 'must not lie in the future');
    if (type !== 'complaint') checkReceipt(receivedAt, terms, now);
    if (then !== undefined && type !== 'access' && type !== 'portability' && type !== 'consent-withdrawal')
      throw invalidField('/then', 'may follow an access or a portability request, or a withdrawal, only');
    if (purpose !== undefined && !arrival.formerPurpose)
      requireId('/purpose', 'purpose', purpose, view.policies.purposes);
    for (const [n, category] of (categories ?? []).entries())
      requireId(`/categories/${n}`, 'category', category, view.policies.categories, 'undeclared-category');
    if (arrival.marketing && type !== 'objection') throw invalidField('/marketing', 'is of an objection only');
    if (type === 'objection') objectedTo(view.policies, arrival);
    if (arrival.transferTo !== undefined) checkTransfer(view, type, arrival.transferTo, '/transferTo');
    const grounds = type === 'restriction' ? '18-' : type === 'erasure' ? '17-' : undefined;
    if (ground !== undefined && (grounds === undefined || !ground.startsWith(grounds)))
      throw invalidField('/ground', 'must be a ground of the right that is asked for (Art. 17(1), 18(1))');
    if (type === 'rectification' && changes === undefined && statement === undefined && arrival.enteredBy !== 'person')
      throw invalidField('/changes', 'must say what would be right, or give a statement to be added');
    return terms;
  }

  return {
    check,

    /** What the person follows a request with. */
    secretOf: async ({ tenant }: Context, requestId: string): Promise<string> =>
      secretOf(await records.key(tenant.id, requestId)),

    /**
     * Opens a request. What looks like the same request is pointed out in it, and nothing else is done about that.
     * @throws Problem naming what of it cannot be.
     */
    async open(context: Context, view: RegisterView, arrival: Arrival): Promise<{ file: File; secret: string }> {
      const now = context.clock();
      const terms = check(view, arrival, now);
      const tenantId = context.tenant.id;
      const { requester: given = {}, channel, enteredBy, receivedAt, subjectBy, identity } = arrival;
      // What nobody has confirmed names nobody.
      const subject = subjectBy === null ? undefined : arrival.subject;
      const requester: Requester = {
        name: given.name === undefined ? null : toNfc(given.name),
        email: given.email ?? null,
        address: given.address ?? null,
        language: given.language ?? textsIn(view.tenant.language).language,
      };
      const requesterIndex = requester.email && (await requesterIndexOf(vault, tenantId, requester.email));
      const subjectId =
        subject === undefined ? null : (await subjectOf(vault, tenantId, parseSubjectRef(subject))).subjectId;
      const similar = await store.read((q) =>
        likeThese(q, tenantId, {
          types: [arrival.type],
          subjectId,
          requesterIndex,
          limit: SIMILAR,
          since: new Date(now.getTime() - RECENT_DAYS * DAY),
        }),
      );
      const requestId = uuidv7(now);
      const key = await records.key(tenantId, requestId);
      const { type, text, purpose, categories, ground, changes, statement, transferTo } = arrival;
      const { marketing, stops } = type === 'objection' ? objectedTo(view.policies, arrival) : {};
      const received: NewEvent = {
        kind: 'received',
        occurredAt: receivedAt,
        data: {
          type,
          channel,
          enteredBy,
          terms,
          subjectBy: subject === undefined ? null : subjectBy,
          identity,
          then: arrival.then ?? null,
          similar: similar.map((one) => one.requestId),
          ...without({ subject, text, purpose, categories, ground, changes, statement, stops, transferTo }),
          ...(marketing ? { marketing } : {}),
        },
      };
      const policyHash = policies.of(context.tenant.id).current().hash;
      // What is said by somebody who knows takes effect as it is entered (Art. 7(3)).
      const atOnce: NewEvent[] =
        type === 'consent-withdrawal' && subject !== undefined && enteredBy !== 'person'
          ? [{ kind: 'execution-begun', data: { part: type } }]
          : [];
      const events = requestEvents.next(context, 0, [received, ...atOnce], policyHash);
      const life = replay(requestId, events) as Life;
      const timing = timingOf(life, events, now);
      const bare: Omit<RequestRow, 'reference'> = {
        tenantId,
        requestId,
        type,
        state: 'open',
        seq: 0,
        subjectId,
        channel,
        receivedAt,
        dueOn: null,
        targetOn: null,
        assignedTo: null,
        duplicateOf: null,
        requesterIndex,
        requesterSealed: sealRequester(key, store.tables, tenantId, requestId, requester),
        followHash: secretHash(secretOf(key)),
        openedAt: now,
        closedAt: null,
        importedAt: null,
        updatedAt: now,
        policyHash,
      };
      const commitment = await records.commitmentOf(tenantId, subjectId);
      const head = records.headOf(life, timing, now, policyHash);
      // The reference is known only inside the transaction; what is sealed there goes out after it.
      let opened: File | undefined;
      const done = await writeOnce(store, context, async (tx) => {
        // First, where it is a claim: of several only one goes on.
        await arrival.also?.(tx, requestId);
        const row = await insertRequest(tx, localDay(now, terms.timeZone).slice(0, 4), bare);
        await records.write(tx, context, key, row, events, { commitment, ruleSet: ruleSetOf(timing) });
        await updateRequest(tx, row, head);
        opened = { row: { ...row, ...head }, requester, life, events, timing };
        return { requestId };
      });
      // Of a repeated intake the first stands.
      if (!opened || done.requestId !== requestId) {
        const secret = secretOf(await records.key(tenantId, done.requestId));
        return { file: await records.load(context, done.requestId), secret };
      }
      // Whatever is not recorded yet, a request is taken; telling the person so stays a duty then.
      const file = arrival.acknowledge && recordedInstitution(view) ? await acknowledge(context, opened) : opened;
      return { file, secret: secretOf(key) };
    },
  };

  /** Tells the person that it came; nothing is claimed where it could not be sent. */
  async function acknowledge(caller: Context, file: File): Promise<File> {
    if (!file.requester?.email) return file;
    const context = withoutIdempotencyKey(caller);
    const event: NewEvent = { kind: 'acknowledged', data: {} };
    return records.act(context, file, await telling({ ports, records }, context, file, event, 'acknowledged'));
  }
}

/** What the person follows the request with: made from its key, so that it is kept nowhere. */
const secretOf = (key: { derive(label: 'follow'): Buffer }): string =>
  `lethe_request_${key.derive('follow').toString('base64url')}`;
