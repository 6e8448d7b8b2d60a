import type { TestApp } from '../../support/app.ts';

/** An erasure as one officer orders it and another agrees to; the answer to the agreement, or what refused the order. */
async function orderErasure(app: TestApp, account: string, order: object) {
  const ordered = await app.as('dpo').post(`/v1/subjects/${account}/erasure/order`).send(order);
  return ordered.status === 202 ? app.as('admin').post(`/v1/erasures/${ordered.body.erasureId}/approval`) : ordered;
}

/** The same, held against the status that is expected. */
export async function ordered(app: TestApp, account: string, order: object, status = 200) {
  const answer = await orderErasure(app, account, order);
  if (answer.status !== status) throw new Error(`${answer.status}: ${answer.text}`);
  return answer;
}
