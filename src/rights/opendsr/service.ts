import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { readJson, readUtf8 } from '../../foundations/contract/json.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import { checker } from '../../foundations/contract/validation.ts';
import type { OutboxService } from '../../foundations/outbox/service.ts';
import type { CertifiedSigner } from '../../foundations/signing/certified.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import type { ScopeKey, Vault } from '../../foundations/vault/vault.ts';
import { allowedTarget, PUBLIC_TARGET } from '../../foundations/webhooks/guarded-agents.ts';
import { requestClock } from '../../law/request-clock/clock.ts';
import type { ClockTerms } from '../../law/request-clock/model.ts';
import { signedHeaders } from './answers.ts';
import { emailFits, wellFormed } from './matching.ts';
import { API_VERSION, OpenDsrRequest, type OpenDsrStatus, REQUEST_TYPES, SUPPORTED_IDENTITIES } from './model.ts';
import { findOpenDsr, insertOpenDsr, moveOpenDsr, type OpenDsrRow, openDsrUnderWay } from './table.ts';

/** What a request of a controller becomes here, and how it goes on. */
export interface RequestsPort {
  /** `also` is written in the transaction that opens it. */
  openRequest(context: Context, asked: Asked, also: (tx: Query, requestId: string) => Promise<void>): Promise<unknown>;
  stateOf(context: Context, requestId: string): Promise<OpenDsrStatus>;
  /** @throws Problem `conflict` when it is too late. */
  withdraw(context: Context, requestId: string): Promise<unknown>;
  termsOf(context: Context): Promise<ClockTerms>;
}
export interface Asked {
  type: (typeof REQUEST_TYPES)[number];
  receivedAt: Date;
  subject: string | undefined;
  /** What the controller wrote, for whoever deals with it. */
  text: string;
}

interface OpenDsrDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  outbox: Pick<OutboxService, 'prepare' | 'add'>;
  /** Undefined: not offered here. */
  signer: CertifiedSigner | undefined;
  /** Where the certificate is found. */
  certificateUrl: string;
  /** Callbacks may go without TLS, as everything that leaves the house. */
  privateTargets: boolean;
  requests: RequestsPort;
  /** Accounts whose address, made comparable, fits. */
  accountsOfEmailThat(context: Context, fits: (email: string) => boolean): Promise<string[]>;
}

interface Payload {
  old: boolean;
  callbacks: string[];
  /** Until the request is opened. */
  identities?: OpenDsrRequest['subject_identities'];
}

const SCOPE = 'opendsr';
const PAGE = 100;
const check = checker(OpenDsrRequest, '');
const notHere = () => new Problem('not-found', 'There is no such request here.');

/** Requests that controllers send as OpenDSR 2.0 has it, with this service as their processor. */
export function createOpenDsr(deps: OpenDsrDeps) {
  const { store, audit, vault, outbox, requests } = deps;

  const place = (row: Pick<OpenDsrRow, 'tenantId' | 'subjectRequestId'>) => ({
    tenant: row.tenantId,
    table: 'opendsr_requests',
    row: row.subjectRequestId,
    column: store.tables.opendsrRequests.payloadSealed.name,
  });
  const sealed = (key: ScopeKey, row: OpenDsrRow, payload: Payload) => key.seal(place(row), JSON.stringify(payload));
  function opened(key: ScopeKey, row: OpenDsrRow): Payload {
    const text = row.payloadSealed && key.open(place(row), row.payloadSealed);
    return text ? (JSON.parse(text) as Payload) : { old: false, callbacks: [] };
  }

  const signer = (): CertifiedSigner => {
    if (!deps.signer) throw new Problem('not-found', 'OpenDSR is not offered here.');
    return deps.signer;
  };

  const note = (tx: Query, context: Context, row: OpenDsrRow, status: OpenDsrStatus) =>
    audit.add(tx, context, {
      action: `opendsr.${status.replace('_', '-')}`,
      detail: { subjectRequest: row.subjectRequestId, type: row.type, controller: row.counterpart },
    });

  async function own(context: Context, subjectRequestId: string): Promise<OpenDsrRow> {
    const key = { tenantId: context.tenant.id, direction: 'received', subjectRequestId };
    const row = await store.read((q) => findOpenDsr(q, key));
    if (!row || row.counterpart !== context.principal.id) throw notHere();
    return row;
  }

  const statusBody = (row: OpenDsrRow, status: string) => ({
    controller_id: row.counterpart,
    expected_completion_time: row.expectedAt?.toISOString() ?? row.receivedAt.toISOString(),
    subject_request_id: row.subjectRequestId,
    request_status: status,
    api_version: API_VERSION,
  });

  /** A change of state and its callbacks, in one transaction; false when somebody else was first. */
  async function move(context: Context, row: OpenDsrRow, status: OpenDsrStatus): Promise<boolean> {
    const payload = opened(await vault.key(row.tenantId, SCOPE), row);
    const messages = await outbox.prepare(
      context,
      payload.callbacks.map((url) => {
        const body = JSON.stringify({ ...statusBody(row, status), status_callback_url: url });
        const exact = { body, headers: signedHeaders(signer(), Buffer.from(body), payload.old) };
        const delivery = { channel: 'webhook', url } as const;
        const about = { party: row.counterpart, topic: `opendsr.${status}` };
        return { ...about, delivery, data: {}, subject: '', text: '', exact };
      }),
    );
    const over = status === 'completed' || status === 'cancelled';
    return store.write(async (tx) => {
      const values = { status, updatedAt: context.clock(), payloadSealed: over ? null : undefined };
      if (!(await moveOpenDsr(tx, row, values))) return false;
      await outbox.add(tx, messages);
      await note(tx, context, row, status);
      return true;
    });
  }

  async function subjectOf(context: Context, identities: OpenDsrRequest['subject_identities']) {
    const found = new Set<string>();
    for (const identity of identities)
      if (identity.identity_type === 'controller_customer_id') found.add(`account:${identity.identity_value}`);
      else for (const account of await deps.accountsOfEmailThat(context, emailFits(identity))) found.add(account);
    // Where they do not agree, somebody has to look.
    return found.size === 1 ? [...found][0] : undefined;
  }

  /** The request of a controller becomes one of ours, once. */
  async function take(context: Context, row: OpenDsrRow): Promise<void> {
    const key = await vault.key(row.tenantId, SCOPE);
    const { identities = [], ...rest } = opened(key, row);
    const lines = identities.map((one) => `${one.identity_type} (${one.identity_format}): ${one.identity_value}`);
    const asked: Asked = {
      type: row.type as Asked['type'],
      receivedAt: row.receivedAt,
      subject: await subjectOf(context, identities),
      text: [`OpenDSR request ${row.subjectRequestId}`, ...lines].join('\n'),
    };
    const payloadSealed = sealed(key, row, rest);
    await requests.openRequest(context, asked, async (tx, requestId) => {
      if (!(await moveOpenDsr(tx, row, { requestId, payloadSealed, updatedAt: context.clock() })))
        throw new Problem('conflict', 'It has just been cancelled.');
    });
  }

  return {
    signer,

    discovery: () => ({
      api_version: API_VERSION,
      supported_identities: SUPPORTED_IDENTITIES,
      supported_subject_request_types: REQUEST_TYPES,
      processor_certificate: deps.certificateUrl,
    }),

    /**
     * Takes a request in. Who it is about is looked up later, so that nothing can be learned from the answer.
     * @throws Problem naming what of it cannot be.
     */
    async submit(context: Context, bytes: Buffer, old: boolean): Promise<object> {
      const body = readJson(readUtf8(bytes)) as OpenDsrRequest;
      check(body);
      if (!old && body.regulation === undefined) throw invalidField('/regulation', 'is required');
      const urls = body.status_callback_urls ?? [];
      for (const [n, url] of urls.entries())
        if (!allowedTarget(url, deps.privateTargets)) throw invalidField(`/status_callback_urls/${n}`, PUBLIC_TARGET);
      for (const [n, identity] of body.subject_identities.entries()) {
        const { identity_type: type, identity_format: format } = identity;
        if (!SUPPORTED_IDENTITIES.some((one) => one.identity_type === type && one.identity_format === format))
          throw invalidField(`/subject_identities/${n}`, 'is not supported; discovery names what is');
        if (
          !wellFormed(identity) ||
          (type === 'controller_customer_id' && !/^[\x21-\x7e]{1,200}$/.test(identity.identity_value))
        )
          throw invalidField(`/subject_identities/${n}/identity_value`, 'must be of its format');
      }
      const tenantId = context.tenant.id;
      const key = await vault.key(tenantId, SCOPE);
      const now = context.clock();
      const clock = requestClock([{ id: '1', type: 'received', at: now }], await requests.termsOf(context));
      const bare: OpenDsrRow = {
        tenantId,
        direction: 'received',
        subjectRequestId: body.subject_request_id,
        counterpart: context.principal.id,
        type: body.subject_request_type,
        status: 'pending',
        fingerprint: key.index('body', bytes.toString('base64')),
        requestId: null,
        taskId: null,
        payloadSealed: null,
        receivedAt: now,
        expectedAt: clock.dueUntil === null ? null : new Date(clock.dueUntil),
        nextPollAt: null,
        updatedAt: now,
      };
      const payloadSealed = sealed(key, bare, { old, callbacks: urls, identities: body.subject_identities });
      const row = await store.write(async (tx) => {
        if (await insertOpenDsr(tx, { ...bare, payloadSealed })) {
          await note(tx, context, bare, 'pending');
          return bare;
        }
        return findOpenDsr(tx, bare);
      });
      if (!row || row.fingerprint !== bare.fingerprint || row.counterpart !== bare.counterpart)
        throw invalidField('/subject_request_id', 'was used for another request');
      return {
        controller_id: row.counterpart,
        expected_completion_time: row.expectedAt?.toISOString() ?? row.receivedAt.toISOString(),
        received_time: row.receivedAt.toISOString(),
        encoded_request: bytes.toString('base64'),
        subject_request_id: row.subjectRequestId,
      };
    },

    async status(context: Context, id: string): Promise<object> {
      const row = await own(context, id);
      return statusBody(row, row.status);
    },

    /** Only while nothing has begun. */
    async cancel(context: Context, id: string): Promise<object> {
      const tooLate = () => new Problem('conflict', 'It is not pending any more.');
      const row = await own(context, id);
      if (row.status !== 'pending') throw tooLate();
      if (row.requestId !== null) {
        if ((await requests.stateOf(context, row.requestId)) !== 'pending') throw tooLate();
        await requests.withdraw(context, row.requestId);
      }
      if (!(await move(context, row, 'cancelled'))) {
        const now = await own(context, id);
        // The job that takes states over may have been first.
        if (now.status !== 'cancelled') throw tooLate();
      }
      return {
        controller_id: row.counterpart,
        subject_request_id: row.subjectRequestId,
        received_time: row.receivedAt.toISOString(),
        api_version: API_VERSION,
      };
    },

    /** Opens what came in, takes over what has become of the rest, and tells of it. */
    async takeOver(context: Context): Promise<{ opened: number; moved: number; failed: number }> {
      const sum = { opened: 0, moved: 0, failed: 0 };
      if (!deps.signer) return sum;
      for (let after = ''; ; ) {
        const rows = await store.read((q) => openDsrUnderWay(q, context.tenant.id, 'received', after, PAGE));
        for (const row of rows)
          try {
            if (row.requestId === null) {
              await take(context, row);
              sum.opened += 1;
              continue;
            }
            const state = await requests.stateOf(context, row.requestId);
            if (state !== row.status && (await move(context, row, state))) sum.moved += 1;
          } catch (error) {
            // One that cannot be opened must not keep the others waiting.
            if (!(error instanceof Problem)) throw error;
            if (error.type !== 'conflict') sum.failed += 1;
          }
        if (rows.length < PAGE) return sum;
        after = rows.at(-1)?.subjectRequestId ?? '';
      }
    },
  };
}

export type OpenDsrService = ReturnType<typeof createOpenDsr>;
