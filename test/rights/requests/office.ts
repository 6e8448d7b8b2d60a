import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { ServiceDeps } from '../../../src/app/services.ts';
import type {
  ErasureState,
  HoldPort,
  IdentityPort,
  LetterPort,
  PackagePort,
  PackageState,
} from '../../../src/rights/requests/ports.ts';
import type { Request, RequestStatus } from '../../../src/rights/requests/shown.ts';
import type { TestApp } from '../../support/app.ts';

/** Stand-ins for what other parts do for a request; they remember what they were asked. */
export function neighbours() {
  const seen = {
    holds: [] as { kind: string; subject: string; category?: string; purpose?: string; requestId: string }[],
    packages: new Map<string, PackageState>(),
    erased: [] as { subject: string; requestId: string }[],
    rectified: [] as unknown[],
    told: [] as { what: string; requestId: string }[],
    erasure: { erasureId: 'e-1', status: 'finished', verdict: 'complete', certificateId: 'c-1' } as ErasureState,
    /** Thrown by the erasure, once. */
    fault: undefined as Error | undefined,
  };
  const holds: HoldPort = {
    async place(_, hold) {
      const same = (one: (typeof seen.holds)[number]) => JSON.stringify(one) === JSON.stringify(hold);
      if (!seen.holds.some(same)) seen.holds.push(hold);
      return { holdId: 'h' };
    },
    async releaseOfRequest(_, requestId, kinds) {
      seen.holds = seen.holds.filter(
        (hold) => hold.requestId !== requestId || (kinds && !kinds.includes(hold.kind as never)),
      );
    },
  };
  const packages: PackagePort = {
    async prepare(_, { requestId }) {
      const packageId = `p-${requestId}`;
      if (!seen.packages.has(packageId)) seen.packages.set(packageId, { packageId, status: 'ready', records: 3 });
      return { packageId };
    },
    get: async (_, packageId) => seen.packages.get(packageId) as PackageState,
    async approve(_, packageId) {
      return { ...(seen.packages.get(packageId) as PackageState), status: 'approved' };
    },
    async release(_, packageId) {
      return { package: { ...(seen.packages.get(packageId) as PackageState), status: 'released' }, secret: 'one-time' };
    },
  };
  const letters: LetterPort = {
    async make(_, kind, { reference, type, words, reasons }, language) {
      const subject = `${kind} ${reference}`;
      const text = [type, ...reasons, words ?? ''].join('\n');
      return {
        kind,
        language,
        subject,
        text,
        sha256: createHash('sha256').update(`${subject}\n\n${text}`).digest('hex'),
      };
    },
  };
  const nothing = async () => undefined;
  const identity: IdentityPort = {
    askByCode: async () => ({ checkId: 'c-1', method: 'email-code', letter: null, write: nothing }),
    askForDocuments: async () => ({ checkId: 'c-2', method: 'documents', letter: null, write: nothing }),
    assertedByPlatform: async () => ({ checkId: 'c-3', method: 'platform', letter: null, write: nothing }),
    tryCode: async (_, { code }) => ({
      checkId: 'c-1',
      outcome: code === '123456' ? 'confirmed' : 'wrong',
      write: nothing,
    }),
    decide: async (_, { confirmed }) => ({
      checkId: 'c-2',
      outcome: confirmed ? 'confirmed' : 'failed',
      write: nothing,
    }),
  };
  const ports: ServiceDeps['requestPorts'] = {
    holds,
    packages,
    erasures: {
      async erase(_, subject, { requestId }) {
        if (seen.fault) {
          const fault = seen.fault;
          seen.fault = undefined;
          throw fault;
        }
        if (!seen.erased.some((one) => one.requestId === requestId)) seen.erased.push({ subject, requestId });
        return seen.erasure;
      },
      get: async () => seen.erasure,
    },
    rectification: {
      async rectify(_, subject, changes) {
        seen.rectified.push({ subject, changes });
        return { changed: Object.keys(changes) };
      },
    },
    recipients: {
      open: nothing,
      async send(_, requestId, what) {
        seen.told.push({ what, requestId });
      },
    },
  };
  return { seen, options: { requestPorts: ports, requestPeers: { letters, identity } } };
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
