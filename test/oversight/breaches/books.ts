import assert from 'node:assert/strict';
import type { Breach } from '../../../src/oversight/breaches/document.ts';
import type { TestApp } from '../../support/app.ts';

/** A leak of the accounts, noticed in the night and understood at ten. */
export const REPORT = {
  detectedAt: '2026-03-01T03:00:00Z',
  awareAt: '2026-03-01T10:00:00Z',
  awareness: 'The night alarm was ambiguous; the log showed at ten that accounts were read.',
  kinds: ['ConfidentialityBreach'],
  nature: 'A stolen credential was used to read account records.',
  scope: { categories: ['profiles.identity', 'profiles.contact'] },
};

export const ASSESSED = {
  consequences: 'Unwanted mail, attempts at deception.',
  measures: 'Credential withdrawn, all sessions ended, second factor required.',
  risk: 'DBIAIndicatesHighRisk',
  riskReasons: 'Names and addresses of many together.',
};

/** The officer's way to the register of breaches, over HTTP. */
export function breachBooks(app: TestApp, tenant: 'north' | 'south' = 'north') {
  const tryAct = (breachId: string, name: string, body: object) =>
    app.as('dpo', tenant).post(`/v1/breaches/${breachId}/${name}`).send(body);
  return {
    async report(over: object = {}): Promise<Breach> {
      const { body } = await app
        .as('dpo', tenant)
        .post('/v1/breaches')
        .send({ ...REPORT, ...over })
        .expect(({ status, text }) => assert.equal(status, 201, text));
      return body;
    },
    try: tryAct,
    async act(breachId: string, name: string, body: object): Promise<Breach> {
      const answer = await tryAct(breachId, name, body);
      assert.equal(answer.status, 200, answer.text);
      return answer.body;
    },
    async refused(breachId: string, name: string, body: object, status: number, why: RegExp): Promise<void> {
      const answer = await tryAct(breachId, name, body);
      assert.equal(answer.status, status, answer.text);
      assert.match(answer.text, why);
    },
    async get(breachId: string, query = ''): Promise<Breach> {
      return (await app.as('auditor', tenant).get(`/v1/breaches/${breachId}${query}`).expect(200)).body;
    },
  };
}
