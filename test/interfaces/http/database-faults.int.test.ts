import assert from 'node:assert/strict';
import fc from 'fast-check';
import type supertest from 'supertest';
import { PERMISSIONS, type Permission } from '../../../src/foundations/contract/permissions.ts';
import { openPostgresKeyring } from '../../../src/foundations/vault/keyring.postgres.ts';
import { parseMasterKey } from '../../../src/foundations/vault/master-key.ts';
import { openVault } from '../../../src/foundations/vault/vault.ts';
import { openApiDocument } from '../../../src/interfaces/http/openapi.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import {
  LOST_CONNECTIONS,
  type Planted,
  plantFaults,
  postgresError,
  SQLITE_CODES,
  SQLSTATES,
  sqliteError,
} from '../../support/database-faults.ts';
import { ENGINES, type Engine, type Ground, openGround } from '../../support/engines.ts';
import { dropPostgresDatabase, newPostgresDatabase } from '../../support/postgres.ts';
import { addressOf, operationsOf, sampleOf } from '../../support/samples.ts';

/** Short, so that what is tried again for as long as it may be does not hold up the test. */
const TIMEOUTS = { statement: 300, batch: 400, lock: 300, connection: 300 };

const THROWN: Record<Engine, Error[]> = {
  sqlite: SQLITE_CODES.map(sqliteError),
  postgres: [...SQLSTATES.map(postgresError), ...LOST_CONNECTIONS],
};
/** The database is gone, and stays so. */
const GONE: Record<Engine, Error> = { sqlite: sqliteError('SQLITE_IOERR_READ'), postgres: postgresError('57P01') };

/** Something somebody asks, that reaches far enough to ask store and keyring; `n` makes it about somebody new. */
type Flow = [what: string, call: (app: TestApp, n: number) => supertest.Test, streamed?: boolean];

const notice = { id: 'consent-banner', version: '1.1', language: 'en' };
const FLOWS: Flow[] = [
  [
    'a decision of a new visitor',
    (app, n) =>
      app
        .as('platform')
        .post('/v1/consents')
        .send({ subject: { kind: 'visitor', id: `v-${n}` }, purpose: 'usage-statistics', status: 'given', notice }),
  ],
  [
    'a decision of an account',
    (app, n) =>
      app
        .as('platform')
        .post('/v1/consents')
        .send({ subject: { kind: 'account', id: `a-${n}` }, purpose: 'usage-statistics', status: 'given', notice }),
  ],
  [
    'a visit',
    (app) =>
      app
        .as('platform')
        .post('/v1/visits')
        .send({ portal: 'north', address: '203.0.113.9', userAgent: 'Firefox/143.0' }),
  ],
  [
    'a new profile',
    (app, n) =>
      app
        .as('platform')
        .put(`/v1/subjects/account:a-${n}`)
        .send({ name: 'Ada Planted', email: `ada-${n}@planted.example` }),
  ],
  ['a report', (app, n) => app.as('dpo').get(`/v1/subjects/account:a-${n}/report`)],
  ['an erasure', (app, n) => app.as('dpo').post(`/v1/subjects/account:a-${n}/erasure`)],
  ['a plan', (app) => app.as('operator').post('/v1/retention/plans').send({})],
  ['a sweep', (app) => app.as('operator').post('/v1/retention/sweeps').send({})],
  [
    'a hold',
    (app, n) =>
      app
        .as('dpo')
        .post('/v1/holds')
        .send({ subject: `account:a-${n}`, kind: 'legal', reference: `case-${n}` }),
  ],
  [
    'a token',
    (app, n) =>
      app
        .as('admin')
        .post('/v1/tokens')
        .send({ role: 'auditor', label: `planted ${n}` }),
  ],
  [
    'a new portal',
    (app, n) =>
      app
        .as('installation')
        .post('/v1/tenants')
        .send({ id: `p-${n}`, name: 'P', origins: [] }),
  ],
  ['the state of the service', (app) => app.as('nobody').get('/readyz')],
  ['the head of the log', (app) => app.as('nobody').get('/log/north/checkpoint')],
];

for (const engine of ENGINES)
  describe(`Whatever the database does (${engine})`, function () {
    this.timeout(180_000);
    let faults: ReturnType<typeof plantFaults>;
    let ground: Ground;
    let app: TestApp;
    let keyring: string | undefined;
    let flows: Flow[];
    let n = 0;

    before(async () => {
      faults = plantFaults();
      ground = await openGround(engine, { timeouts: TIMEOUTS });
      if (engine === 'postgres') {
        keyring = await newPostgresDatabase({ empty: true });
        await ground.vault.close();
        ground.vault = await openVault(await openPostgresKeyring(keyring, TIMEOUTS), parseMasterKey(ground.masterKey));
      }
      app = await openApp(ground);
      const document = openApiDocument(app.routes.map(({ spec }) => spec)) as unknown as Parameters<
        typeof operationsOf
      >[0];
      const streams = new Set(
        app.routes.filter(({ spec }) => typeof spec.response === 'string').map(({ spec }) => spec.operationId),
      );
      flows = [
        ...FLOWS,
        ...operationsOf(document).map((operation): Flow => {
          const { operationId, method, permission, installationOnly, body, mediaType } = operation;
          const role = permission === 'public' ? 'nobody' : PERMISSIONS[permission as Permission][0];
          return [
            operationId,
            (to) => {
              const call = to.as(installationOnly ? 'installation' : role)[method](addressOf(operation, document));
              if (!body) return call;
              call.set('Content-Type', mediaType ?? 'application/json').set('If-Match', '*');
              return call.serialize((data) => data as string).send(JSON.stringify(sampleOf(body, document)));
            },
            streams.has(operationId),
          ];
        }),
      ];
    });
    after(async () => {
      faults.remove();
      await app?.close();
      await ground?.close();
      if (keyring !== undefined) await dropPostgresDatabase(keyring);
    });

    /** One call with one fault in its way; answers how many statements it came to. */
    async function answeredWell([what, call, streamed]: Flow, planted: Planted, told: string): Promise<number> {
      n += 1;
      const { answer, statements } = await faults.during(planted, () =>
        call(app, n).then(
          (whole) => whole,
          (error: Error) => error,
        ),
      );
      if (answer instanceof Error) {
        // An answer that has begun cannot become a problem: it is cut off, so that nobody takes it for whole.
        assert.ok(streamed && answer.message === 'aborted', `${what}: ${answer.message}`);
        return statements;
      }
      const { status, text, headers } = answer;
      const said = `${what}, statement ${planted.at}${planted.lasting ? ' and all after' : ''}, ${told}: ${status} ${text}`;
      assert.ok(status < 500 || status === 503, said);
      if (status === 503 && answer.type === 'application/problem+json') assert.equal(headers['retry-after'], '5', said);
      assert.doesNotMatch(`${text}${app.logged.join('')}`, /quoted@planted/, said);
      app.logged.length = 0;
      return statements;
    }

    it('every flow comes as far as the database', async () => {
      for (const flow of FLOWS) {
        n += 1;
        const { answer, statements } = await faults.during(undefined, () => Promise.resolve(flow[1](app, n)));
        assert.ok(answer.status < 300 || answer.status === 404, `${flow[0]}: ${answer.status} ${answer.text}`);
        if (!flow[0].startsWith('the ')) assert.ok(statements > 1, `${flow[0]}: ${statements} statements`);
      }
    });

    it('a caller gets 2xx, 4xx, or 503 with Retry-After: whichever error, at whichever statement', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(fc.constantFrom(...FLOWS.keys()), fc.nat(flows.length - 1)),
          fc.nat(24),
          fc.nat(),
          async (which, at, error) => {
            const thrown = (of: Engine) => THROWN[of][error % THROWN[of].length] as Error;
            const told = ENGINES.map((of) => (thrown(of) as { code?: string }).code ?? thrown(of).message).join(' or ');
            await answeredWell(flows[which] as Flow, { at, lasting: false, error: thrown }, told);
          },
        ),
        { numRuns: 200 },
      );
    });

    it('a caller gets it too, at every statement of every flow, when the database is gone from there on', async () => {
      for (const flow of FLOWS)
        for (let at = 0, statements = 1; at < Math.min(statements, 30); at += 1)
          statements = await answeredWell(flow, { at, lasting: true, error: (of) => GONE[of] }, 'gone');
    });

    it('what was refused can be sent again, and is done once', async () => {
      const key = `"${crypto.randomUUID()}"`;
      const decide = () =>
        (FLOWS[0] as Flow)[1](app, 1_000_000)
          .set('Idempotency-Key', key)
          .then(({ status, body }) => ({ status, body }));
      let refused = 0;
      for (let at = 0; ; at += 1) {
        const error = (of: Engine) => GONE[of];
        const { answer } = await faults.during({ at, lasting: false, error }, decide);
        if (answer.status === 201) break;
        assert.equal(answer.status, 503);
        refused += 1;
      }
      assert.ok(refused > 3, `${refused} times`);
      assert.equal((await decide()).status, 201);
      const history = await app.as('platform').get('/v1/subjects/visitor:v-1000000/consents/history').expect(200);
      assert.equal(history.body.items.length, 1);
    });
  });
