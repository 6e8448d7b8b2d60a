import { timingSafeEqual } from 'node:crypto';
import type { Context } from '../../foundations/contract/context.ts';
import type { RouteRequest, RouteSpec } from '../../foundations/contract/contract.ts';
import { readJson, readUtf8 } from '../../foundations/contract/json.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import { checker } from '../../foundations/contract/validation.ts';
import type { OutboxService } from '../../foundations/outbox/service.ts';
import type { Store } from '../../foundations/store/store.ts';
import type { ScopeKey, Vault } from '../../foundations/vault/vault.ts';
import { allowedTarget, PUBLIC_TARGET } from '../../foundations/webhooks/guarded-agents.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { ACTIONS, type RequestsOfAgents } from './enter-request.ts';
import { AgentSetup, type DrpStatus, Exercise, GDPR_REGIME, Revocation } from './model.ts';
import { openCombined, readBase64, verifyKeyOf } from './signed.ts';
import { type DrpState, drpState } from './states.ts';
import { type DrpRow, drpUnderWay, findDrp, insertDrp, moveDrp } from './table.ts';

interface DrpDeps {
  store: Store;
  vault: Vault;
  outbox: Pick<OutboxService, 'prepare' | 'add'>;
  policies: Pick<Policies, 'current'>;
  /** Callbacks may go without TLS, as everything that leaves the house. */
  privateTargets: boolean;
  requests: RequestsOfAgents;
}

/** Who calls, as the policies name them, in which portal. */
interface Agent {
  id: string;
  name: string;
  verifyKey: string;
  business: string;
  ccpa: boolean;
  /** Of the portal, with the agent as who acts. */
  context: Context;
}
type Headers = RouteRequest<RouteSpec>['headers'];
interface Payload {
  agentRequestId?: string;
  callback?: string;
}

const SCOPE = 'drp';
const PAGE = 100;
const BEARER = /^Bearer +(lethe_drp_[\w-]{43})$/i;
const checkSetup = checker(AgentSetup, '');
const checkExercise = checker(Exercise, '');
const checkRevocation = checker(Revocation, '');

const refused = (detail: string) => new Problem('forbidden', detail);
/** Refused for good: sending it again cannot help. */
const never = (pointer: string, detail: string) => invalidField(pointer, detail, 'unprocessable-request');
const amiss = (pointer: string, detail: string) => invalidField(pointer, detail, 'invalid-request');
const VERIFYING = 'The portal establishes itself who the person is; it writes to them where it needs to.';

/** Requests that agents bring for persons as the Data Rights Protocol 1.0 has it, with this service as provider. */
export function createDrp({ store, vault, outbox, policies, privateTargets, requests }: DrpDeps) {
  const place = (row: Pick<DrpRow, 'tenantId' | 'requestId'>) => ({
    tenant: row.tenantId,
    table: 'drp_requests',
    row: row.requestId,
    column: store.tables.drpRequests.payloadSealed.name,
  });
  function payloadOf(key: ScopeKey, row: DrpRow): Payload {
    const text = row.payloadSealed && key.open(place(row), row.payloadSealed);
    return text ? (JSON.parse(text) as Payload) : {};
  }

  /** Everybody who may bring requests to the portal; nobody where it takes no part. */
  function namedIn(context: Context): Agent[] {
    const { businesses = {}, agents = {}, ccpa = false } = policies.current().installation.drp ?? {};
    const [, business] = Object.entries(businesses).find(([tenant]) => tenant === context.tenant.id) ?? [];
    if (business === undefined) return [];
    return Object.entries(agents).map(([id, { name, verifyKey }]) => {
      const principal = { id: `drp:${id}`, role: 'controller' } as const;
      return { id, name, verifyKey, business, ccpa, context: { ...context, principal } };
    });
  }

  /** The same. @throws Problem `not-found` where nobody may. */
  function agentsOf(context: Context): Agent[] {
    const agents = namedIn(context);
    if (agents.length === 0) throw new Problem('not-found', 'The Data Rights Protocol is not offered here.');
    return agents;
  }

  /** Made from the agent's id and key, so that it is kept nowhere and ends with either. */
  async function tokenOf({ id, verifyKey, context }: Agent): Promise<string> {
    const key = await vault.key(context.tenant.id, SCOPE);
    return `lethe_drp_${key.derive('agentToken', id, verifyKey).toString('base64url')}`;
  }

  /** @throws Problem `unauthenticated` */
  async function whoHas(context: Context, { authorization }: Headers): Promise<Agent> {
    const agents = agentsOf(context);
    const [, given] = BEARER.exec(typeof authorization === 'string' ? authorization : '') ?? [];
    const wanted = Buffer.from(given ?? '');
    let found: Agent | undefined;
    for (const agent of agents) {
      const token = Buffer.from(await tokenOf(agent));
      if (token.length === wanted.length && timingSafeEqual(token, wanted)) found = agent;
    }
    if (!found) throw new Problem('unauthenticated', 'The token is not known here.');
    return found;
  }

  /**
   * What an agent has signed, its envelope checked in the protocol's order; members that may be absent where they are
   * there. @throws Problem
   */
  function saidBy(agent: Agent, bytes: Buffer, check: (said: unknown) => void) {
    const message = readBase64(bytes.toString('latin1'));
    if (!message) throw new Problem('malformed-request', 'The body must be base64.');
    const signed = openCombined(verifyKeyOf(agent.verifyKey), message);
    if (!signed) throw new Problem('signature-refused', 'It is not signed with the key of the agent.');
    const read = readJson(readUtf8(signed));
    // Writers of some languages send null for what is absent.
    const isObject = typeof read === 'object' && read !== null && !Array.isArray(read);
    const said = isObject ? Object.fromEntries(Object.entries(read).filter(([, value]) => value !== null)) : read;
    check(said);
    const envelope = said as Partial<Record<keyof Exercise, string>>;
    const now = agent.context.clock();
    if ((envelope['agent-id'] ?? agent.id) !== agent.id) throw refused('agent-id is not who the token is of.');
    if ((envelope['business-id'] ?? agent.business) !== agent.business) throw refused('business-id is not us.');
    if (now < new Date(envelope['issued-at'] ?? now)) throw amiss('/issued-at', 'must not lie in the future');
    if (now > new Date(envelope['expires-at'] ?? now)) throw amiss('/expires-at', 'must not lie in the past');
    return { message, said: said as Exercise };
  }

  /** @throws Problem `forbidden`: whether there is no such request or another agent brought it, nobody can tell. */
  async function broughtBy(agent: Agent, requestId: string): Promise<DrpRow> {
    const row = await store.read((q) => findDrp(q, agent.context.tenant.id, { requestId }));
    if (row?.agent !== agent.id) throw refused('This agent has brought no such request.');
    return row;
  }

  async function stands(context: Context, row: DrpRow, key: ScopeKey) {
    const { life, timing } = await requests.file(context, row.requestId);
    const state = drpState(life);
    const { agentRequestId, callback } = payloadOf(key, row);
    const due = timing.clock?.dueUntil;
    const body: DrpStatus = {
      request_id: row.requestId,
      received_at: row.receivedAt.toISOString(),
      ...(due ? { expected_by: new Date(due).toISOString() } : {}),
      ...(agentRequestId === undefined ? {} : { agent_request_id: agentRequestId }),
      ...(state.reason === 'need_user_verification' ? { processing_details: VERIFYING } : {}),
      status: state.status,
      ...(state.reason === null ? {} : { reason: state.reason }),
    };
    return { state, body, callback };
  }
  async function shown(context: Context, row: DrpRow): Promise<DrpStatus> {
    return (await stands(context, row, await vault.key(row.tenantId, SCOPE))).body;
  }

  /** A change and its callback, in one transaction; whether there was one, and nobody else was first. */
  async function tell(context: Context, row: DrpRow, key: ScopeKey): Promise<boolean> {
    const { state, body, callback } = await stands(context, row, key);
    if (state.status === row.status && state.reason === row.reason) return false;
    const exact = { body: JSON.stringify(body), headers: {} };
    const told = { party: row.agent, topic: `drp.${state.status}`, data: {}, subject: '', text: '', exact };
    // Who is no agent any more is told nothing.
    const isNamed = namedIn(context).some(({ id }) => id === row.agent);
    const messages =
      callback === undefined || !isNamed
        ? []
        : await outbox.prepare(context, [{ ...told, delivery: { channel: 'webhook', url: callback } }]);
    const payloadSealed = state.status === 'in_progress' ? undefined : null;
    return store.write(async (tx) => {
      if (!(await moveDrp(tx, row, { ...state, updatedAt: context.clock(), payloadSealed }))) return false;
      await outbox.add(tx, messages);
      return true;
    });
  }

  /** @throws Problem for what is asked, or by which law, is not offered. */
  function actionOf(agent: Agent, said: Exercise): keyof typeof ACTIONS {
    if (!Object.hasOwn(ACTIONS, said.exercise))
      throw never('/exercise', `is not covered (claim_not_covered); offered are ${Object.keys(ACTIONS).join(', ')}`);
    const regimes: (string | undefined)[] = [undefined, GDPR_REGIME, ...(agent.ccpa ? ['ccpa'] : [])];
    if (!regimes.includes(said.regime))
      throw never('/regime', `is not offered (outside_jurisdiction); leave it out, or write ${GDPR_REGIME}`);
    if (said.status_callback !== undefined && !allowedTarget(said.status_callback, privateTargets))
      throw amiss('/status_callback', PUBLIC_TARGET);
    return said.exercise as keyof typeof ACTIONS;
  }

  return {
    /**
     * An agent gets its token for a message that it has signed. @throws Problem, `not-found` where nobody may speak it
     */
    async setUp(context: Context, agentId: string, bytes: Buffer) {
      const agent = agentsOf(context).find(({ id }) => id === agentId);
      if (!agent) throw refused('There is no such agent.');
      saidBy(agent, bytes, checkSetup);
      return { 'agent-id': agent.id, token: await tokenOf(agent) };
    },

    /** Whether the token is good still. @throws Problem `forbidden`, `not-found` */
    async isKnown(context: Context, agentId: string, headers: Headers): Promise<void> {
      const agent = await whoHas(context, headers).catch((error: unknown) => {
        throw error instanceof Problem && error.type === 'unauthenticated' ? refused(error.message) : error;
      });
      if (agent.id !== agentId) throw refused('The token is of another agent.');
    },

    /** Takes a request in; of the same message the first stands. @throws Problem, and then nothing is kept */
    async exercise(context: Context, headers: Headers, bytes: Buffer): Promise<DrpStatus> {
      const agent = await whoHas(context, headers);
      const { message, said } = saidBy(agent, bytes, checkSetup);
      checkExercise(said);
      const action = actionOf(agent, said);
      const tenantId = context.tenant.id;
      const key = await vault.key(tenantId, SCOPE);
      const fingerprint = key.index('message', `${agent.id} ${message.toString('base64')}`);
      const first = () => store.read((q) => findDrp(q, tenantId, { fingerprint }));
      const known = await first();
      if (known) return shown(agent.context, known);
      const now = context.clock();
      const payload: Payload = { agentRequestId: said['agent-request-id'], callback: said.status_callback };
      const asked = { action, said, agent: `${agent.name} (${agent.id})` };
      const told: DrpState = { status: 'in_progress', reason: 'need_user_verification' };
      try {
        await requests.open(agent.context, asked, async (tx, requestId) => {
          const payloadSealed = key.seal(place({ tenantId, requestId }), JSON.stringify(payload));
          const row = { tenantId, requestId, agent: agent.id, fingerprint, ...told, payloadSealed };
          if (!(await insertDrp(tx, { ...row, receivedAt: now, updatedAt: now })))
            throw new Problem('conflict', 'It has just come.');
        });
      } catch (error) {
        if (!(error instanceof Problem) || error.type !== 'conflict') throw error;
      }
      const row = await first();
      if (!row) throw new Problem('conflict', 'It could not be taken in; send it again.');
      return shown(agent.context, row);
    },

    async status(context: Context, headers: Headers, requestId: string): Promise<DrpStatus> {
      const agent = await whoHas(context, headers);
      return shown(agent.context, await broughtBy(agent, requestId));
    },

    /** Only while nothing has begun; once more is the same. @throws Problem `conflict` when it is too late */
    async revoke(context: Context, headers: Headers, requestId: string, bytes: Buffer): Promise<DrpStatus> {
      const agent = await whoHas(context, headers);
      saidBy(agent, bytes, checkRevocation);
      const row = await broughtBy(agent, requestId);
      const file = await requests.file(agent.context, requestId);
      if (file.life.state !== 'withdrawn') await requests.withdraw(agent.context, file);
      return shown(agent.context, row);
    },

    /** Takes over what has become of requests, and tells their agents; how many there were. */
    async tellAgents(context: Context): Promise<number> {
      let told = 0;
      const key = await vault.existingKey(context.tenant.id, SCOPE);
      for (let after = ''; key; ) {
        const rows = await store.read((q) => drpUnderWay(q, context.tenant.id, after, PAGE));
        for (const row of rows)
          try {
            if (await tell(context, row, key)) told += 1;
          } catch (error) {
            // One that cannot be read must not keep the others waiting.
            if (!(error instanceof Problem)) throw error;
          }
        if (rows.length < PAGE) break;
        after = rows.at(-1)?.requestId ?? '';
      }
      return told;
    },
  };
}

export type DrpService = ReturnType<typeof createDrp>;
