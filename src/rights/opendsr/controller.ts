import { randomUUID } from 'node:crypto';
import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { readJson, readUtf8 } from '../../foundations/contract/json.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import type { Register } from '../../register/view/service.ts';
import type { PartyRecord } from '../../register/view/view-model.ts';
import type { RecipientService } from '../recipients/service.ts';
import { createProcessorCertificates, underUrl } from './certificates.ts';
import type { ProcessorAnswer, ProcessorClient } from './client.ts';
import { API_VERSION, type OpenDsrStatus } from './model.ts';
import { findOpenDsr, insertOpenDsr, moveOpenDsr, type OpenDsrRow, openDsrUnderWay } from './table.ts';

interface ControllerDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  register: Pick<Register, 'view'>;
  client: ProcessorClient;
  /** The token a processor has given us, by the name of its setting. */
  token(setting: string): string | undefined;
  /** Where processors call us back; null: they are asked instead. */
  callbackUrl(tenantId: string): string | null;
}

const SCOPE = 'opendsr';
const PAGE = 100;
const HOUR = 3_600_000;
/** As we make them. */
const OWN_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const STATUSES: readonly OpenDsrStatus[] = ['pending', 'in_progress', 'completed', 'cancelled'];
type Headers = ProcessorAnswer['headers'];
type Speaking = NonNullable<PartyRecord['opendsr']>;

const refused = () => new Problem('signature-refused', 'This is not signed by a processor that is known here.');

/** Sends erasures on to recipients that speak OpenDSR, as their controller, and believes only what they have signed. */
export function createOpenDsrController(deps: ControllerDeps) {
  const { store, audit, vault, register, client } = deps;
  const place = (row: Pick<OpenDsrRow, 'tenantId' | 'subjectRequestId'>) => ({
    tenant: row.tenantId,
    table: 'opendsr_requests',
    row: row.subjectRequestId,
    column: store.tables.opendsrRequests.payloadSealed.name,
  });
  const hasSigned = createProcessorCertificates(client);

  /** @throws Problem `signature-refused` */
  async function genuine(context: Context, party: Speaking, headers: Headers, bytes: Buffer): Promise<unknown> {
    if (headers['x-opendsr-processor-domain'] !== party.domain) throw refused();
    if (!(await hasSigned(party, bytes, headers['x-opendsr-signature'], context.clock))) throw refused();
    return readJson(readUtf8(bytes));
  }

  /** What a callback says it is about, before anything of it is believed. */
  function named(bytes: Buffer): { id?: unknown; url?: unknown } {
    try {
      const { subject_request_id: id, status_callback_url: url } = readJson(readUtf8(bytes)) as Record<string, unknown>;
      return { id, url };
    } catch {
      return {};
    }
  }

  return {
    /** For a task of a recipient: what is to be sent, written with the task itself. */
    async prepare(context: Context, party: PartyRecord, taskId: string, account: string) {
      const key = await vault.key(context.tenant.id, SCOPE);
      const now = context.clock();
      const callback = deps.callbackUrl(context.tenant.id);
      const row = {
        tenantId: context.tenant.id,
        direction: 'sent',
        subjectRequestId: randomUUID(),
        counterpart: party.id,
        type: 'erasure',
        status: 'pending',
        requestId: null,
        taskId,
        receivedAt: now,
        expectedAt: null,
        nextPollAt: now,
        updatedAt: now,
      };
      const body = JSON.stringify({
        regulation: 'gdpr',
        subject_request_id: row.subjectRequestId,
        subject_request_type: 'erasure',
        submitted_time: now.toISOString(),
        subject_identities: [
          { identity_type: 'controller_customer_id', identity_value: account, identity_format: 'raw' },
        ],
        api_version: API_VERSION,
        status_callback_urls: callback === null ? undefined : [callback],
      });
      const sealed = { fingerprint: key.index('body', body), payloadSealed: key.seal(place(row), body) };
      return async (tx: Query): Promise<void> => void (await insertOpenDsr(tx, { ...row, ...sealed }));
    },

    /** With `recipients`, because they hand their tasks to this. */
    with(recipients: Pick<RecipientService, 'settleFromProcessor'>) {
      async function apply(context: Context, row: OpenDsrRow, answer: unknown, submitted = false): Promise<void> {
        const told = answer as Record<string, unknown>;
        if (told?.['subject_request_id'] !== row.subjectRequestId) throw refused();
        const status = submitted ? row.status : told['request_status'];
        if (!STATUSES.includes(status as OpenDsrStatus)) throw refused();
        if (status === row.status && !submitted) return;
        const expected = String(told['expected_completion_time'] ?? '');
        const now = context.clock();
        const over = status === 'completed' || status === 'cancelled';
        const values = {
          status: status as OpenDsrStatus,
          updatedAt: now,
          expectedAt: Number.isNaN(Date.parse(expected)) ? (row.expectedAt ?? now) : new Date(expected),
          nextPollAt: over ? null : new Date(now.getTime() + HOUR),
          // The identity has been sent and is not needed again.
          payloadSealed: null,
        };
        await store.write(async (tx) => {
          if (!(await moveOpenDsr(tx, row, values))) return;
          await audit.add(tx, context, {
            action: 'opendsr.processor-answered',
            detail: { subjectRequest: row.subjectRequestId, party: row.counterpart, status },
          });
          if (row.taskId !== null && over)
            await recipients.settleFromProcessor(tx, context, row.taskId, status === 'completed');
        });
      }

      async function exchange(context: Context, row: OpenDsrRow, party: Speaking): Promise<void> {
        const token = party.token === undefined ? undefined : deps.token(party.token);
        const headers: Record<string, string> = { Accept: 'application/json' };
        if (token !== undefined) headers['Authorization'] = `Bearer ${token}`;
        const key = await vault.key(row.tenantId, SCOPE);
        const body = row.payloadSealed && key.open(place(row), row.payloadSealed);
        const answer = body
          ? await client('POST', underUrl(party, 'requests'), {
              headers: { ...headers, 'Content-Type': 'application/json' },
              body,
            })
          : await client('GET', underUrl(party, `requests/${row.subjectRequestId}`), { headers });
        if (answer.status !== (body ? 201 : 200)) throw refused();
        await apply(context, row, await genuine(context, party, answer.headers, answer.bytes), Boolean(body));
      }

      return {
        /** Submits what waits and asks after the rest; what fails, or is not signed as it must be, is tried again. */
        async exchangeDue(context: Context): Promise<{ exchanged: number; failed: number }> {
          const sum = { exchanged: 0, failed: 0 };
          const view = await register.view(context);
          for (let after = ''; ; ) {
            const rows = await store.read((q) => openDsrUnderWay(q, context.tenant.id, 'sent', after, PAGE));
            for (const row of rows) {
              if (row.nextPollAt === null || row.nextPollAt > context.clock()) continue;
              const party = view.party(row.counterpart)?.opendsr;
              try {
                if (!party) throw refused();
                await exchange(context, row, party);
                sum.exchanged += 1;
              } catch {
                // Whatever the other side did: nothing of it is kept, and it is asked again in an hour.
                sum.failed += 1;
                const nextPollAt = new Date(context.clock().getTime() + HOUR);
                await store.write((tx) => moveOpenDsr(tx, row, { nextPollAt }));
              }
            }
            if (rows.length < PAGE) return sum;
            after = rows.at(-1)?.subjectRequestId ?? '';
          }
        },

        /**
         * A processor tells of a change. Nothing is fetched for a request that was not sent to it; nothing is believed that
         * it has not signed. @throws Problem `signature-refused`, whatever is wrong; nothing is kept.
         */
        async callback(context: Context, headers: Headers, bytes: Buffer): Promise<void> {
          const domain = headers['x-opendsr-processor-domain'];
          const view = await register.view(context);
          const party = view.parties.find(({ opendsr }) => opendsr && opendsr.domain === domain);
          if (!party?.opendsr) throw refused();
          const { id, url } = named(bytes);
          if (url !== deps.callbackUrl(context.tenant.id) || typeof id !== 'string' || !OWN_ID.test(id))
            throw refused();
          const key = { tenantId: context.tenant.id, direction: 'sent', subjectRequestId: id };
          const row = await store.read((q) => findOpenDsr(q, key));
          if (!row || row.counterpart !== party.id) throw refused();
          const told = await genuine(context, party.opendsr, headers, bytes).catch(() => {
            throw refused();
          });
          // What is over stays over, whoever replays what.
          if (row.status === 'pending' || row.status === 'in_progress') await apply(context, row, told);
        },
      };
    },
  };
}

export type OpenDsrExchange = ReturnType<ReturnType<typeof createOpenDsrController>['with']>;
