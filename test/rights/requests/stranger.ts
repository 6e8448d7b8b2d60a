import assert from 'node:assert/strict';
import type { TestApp } from '../../support/app.ts';

const PATH = '/v1/public/north/requests';

export interface Own {
  requestId: string;
  secret: string;
}

/** Whoever uses the public page of requests, with nothing but what a browser has. */
export function stranger(app: TestApp) {
  const nobody = app.as('nobody');
  return {
    /** A request that has begun: sent from the page, its address confirmed by the mail. */
    async open(over: object): Promise<Own> {
      const answer = await nobody.post(PATH).send({ type: 'access', ...over });
      assert.equal(answer.status, 201, answer.text);
      return answer.body;
    },
    ask: (over: object) => nobody.post(PATH).send({ type: 'access', ...over }),
    follow: ({ requestId, secret }: Own) => nobody.get(`${PATH}/${requestId}`).set('Lethe-Request-Secret', secret),
    post: ({ requestId, secret }: Own, name: string, body?: object) =>
      nobody.post(`${PATH}/${requestId}/${name}`).set('Lethe-Request-Secret', secret).send(body),
  };
}
