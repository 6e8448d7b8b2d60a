import assert from 'node:assert/strict';
import type { Erasure } from '../../../src/rights/erasure/model.ts';
import type { Package } from '../../../src/rights/reports/package/model.ts';
import type { RequestPorts } from '../../../src/rights/requests/ports.ts';
import type { Request, RequestStatus } from '../../../src/rights/requests/shown.ts';
import type { TestApp } from '../../support/app.ts';

const NOW = '2026-03-03T10:00:00.000Z';
const ERASED: Erasure = {
  erasureId: 'e-1',
  status: 'finished',
  verdict: 'complete',
  keyDestroyed: true,
  startedAt: NOW,
  finishedAt: NOW,
  certificateId: 'c-1',
  holders: [],
};
const packageOf = (packageId: string, status: Package['status']): Package => ({
  packageId,
  requestId: null,
  kind: 'access',
  status,
  language: 'en',
  records: 3,
  snapshotAt: NOW,
  manifest: null,
  bytes: null,
  sha256: null,
  preparedBy: 'somebody',
  approvedBy: null,
  approvedAt: null,
  release: null,
  linkExpiresAt: null,
  releasedAt: null,
  deliveredAt: null,
  destroyAfter: NOW,
  destroyedAt: null,
  failure: null,
  createdAt: NOW,
});

/** Stand-ins for what other parts do for a request; they remember what they were asked. All others are the real ones. */
export function neighbours() {
  const seen = {
    holds: [] as { kind: string; subject?: string; category?: string; purpose?: string; requestId?: string }[],
    packages: new Map<string, Package>(),
    /** How a package stands when it has just been ordered. */
    ordered: 'ready' as Package['status'],
    erased: [] as { subject: string; requestId: string }[],
    rectified: [] as unknown[],
    told: [] as { what: string; requestId: string }[],
    erasure: ERASED,
    /** Thrown by the erasure, once. */
    fault: undefined as Error | undefined,
  };
  const holds = (real: RequestPorts['holds']): RequestPorts['holds'] => ({
    async place(context, hold) {
      const same = (one: (typeof seen.holds)[number]) => JSON.stringify(one) === JSON.stringify(hold);
      if (!seen.holds.some(same)) seen.holds.push(hold);
      return real.place(context, hold);
    },
    async releaseOfRequest(context, requestId, kinds) {
      seen.holds = seen.holds.filter(
        (hold) => hold.requestId !== requestId || (kinds && !kinds.includes(hold.kind as never)),
      );
      return real.releaseOfRequest(context, requestId, kinds);
    },
  });
  const packages: RequestPorts['packages'] = {
    async prepare(_, { requestId }) {
      const made = packageOf(`p-${requestId}`, seen.ordered);
      if (!seen.packages.has(made.packageId)) seen.packages.set(made.packageId, made);
      return made;
    },
    get: async (_, packageId) => seen.packages.get(packageId) as Package,
    approve: async (_, packageId) => packageOf(packageId, 'approved'),
    release: async (_, packageId, { by }) => ({
      package: { ...packageOf(packageId, 'released'), linkExpiresAt: by === 'link' ? '2026-03-10T10:00:00.000Z' : null },
      ...(by === 'link' ? { secret: 'one-time', path: `/packages/north/${packageId}/one-time` } : {}),
    }),
  };
  const nothing = async () => undefined;
  const check = { knownAddress: null, write: nothing, settle: nothing };
  const identity: RequestPorts['identity'] = {
    askByCode: async () => ({ ...check, checkId: 'c-1', method: 'email-code', letter: null }),
    askForDocuments: async () => ({ ...check, checkId: 'c-2', method: 'documents', letter: null }),
    tryCode: async (_, { code }) => ({
      ...check,
      checkId: 'c-1',
      outcome: code === '123456' ? 'confirmed' : 'wrong',
    }),
    revokeCode: async () => undefined,
    decide: async (_, { confirmed }) => ({ ...check, checkId: 'c-2', outcome: confirmed ? 'confirmed' : 'failed' }),
  };
  const erasing: Pick<RequestPorts['erasures'], 'eraseOnRequest' | 'get' | 'ofRequest'> = {
    async eraseOnRequest(_, subject, { requestId }) {
      if (seen.fault) {
        const fault = seen.fault;
        seen.fault = undefined;
        throw fault;
      }
      if (!seen.erased.some((one) => one.requestId === requestId)) seen.erased.push({ subject, requestId });
      return seen.erasure;
    },
    get: async () => seen.erasure,
    ofRequest: async () => seen.erasure,
  };
  const rectification: RequestPorts['rectification'] = {
    async rectify(_, subject, changes) {
      seen.rectified.push({ subject, changes });
      return { changed: Object.keys(changes), items: 0 };
    },
  };
  const recipients: RequestPorts['recipients'] = {
    open: async () => [],
    of: async () => [],
    async send(_, requestId, what) {
      seen.told.push({ what, requestId });
      return [];
    },
  };
  const requestPorts = (real: RequestPorts): RequestPorts => ({
    ...real,
    identity,
    packages,
    packageUrl: (path) => `https://lethe.example${path}`,
    rectification,
    recipients,
    holds: holds(real.holds),
    erasures: { ...real.erasures, ...erasing },
  });
  return { seen, options: { requestPorts } };
}

/** The officers' way to requests, over HTTP. The second officer is the administrator. */
export function office(app: TestApp) {
  const act = (id: string, name: string, body: object = {}, who: 'dpo' | 'admin' = 'dpo') =>
    app.as(who).post(`/v1/requests/${id}/${name}`).send(body);
  return {
    async open(over: object = {}): Promise<{ requestId: string; reference: string; secret: string; dueOn: string }> {
      const answer = await app
        .as('dpo')
        .post('/v1/requests')
        .send({ type: 'access', channel: 'letter', ...over });
      assert.equal(answer.status, 201, answer.text);
      return answer.body;
    },
    try: act,
    async act(id: string, name: string, body: object = {}, who: 'dpo' | 'admin' = 'dpo'): Promise<RequestStatus> {
      const answer = await act(id, name, body, who);
      assert.equal(answer.status, 200, `${name}: ${answer.text}`);
      return answer.body;
    },
    async refused(id: string, name: string, body: object, status: number, why: RegExp): Promise<void> {
      const answer = await act(id, name, body);
      assert.equal(answer.status, status, `${name}: ${answer.text}`);
      assert.match(answer.text, why);
    },
    async get(id: string): Promise<Request> {
      const answer = await app.as('dpo').get(`/v1/requests/${id}`);
      assert.equal(answer.status, 200, answer.text);
      return answer.body;
    },
  };
}
