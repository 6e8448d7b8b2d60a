import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { liveThrough } from '../rights/erasure/person.ts';
import { office } from '../rights/requests/office.ts';
import { openApp } from '../support/app.ts';
import { openGround } from '../support/engines.ts';

const APPS = 50;
/** After these every function has been called often enough to be compiled, and every cache is there. */
const WARM = 10;
/** Bytes: what the engine itself may still learn. A check of answers that outlives its app costs twice as much. */
const SLACK = 6 * 1_048_576;

/** A service that has been in use by everything that takes much, and is closed. */
async function useOne(): Promise<void> {
  const ground = await openGround('sqlite');
  try {
    const app = await openApp(ground);
    try {
      const { account } = await liveThrough(app, 'ada');
      await office(app).open({
        type: 'access',
        subject: `account:${account}`,
        text: 'What do you have about me?',
        requester: { name: 'Ada', email: 'ada@example.org', language: 'de' },
      });
      await app.as('operator').post('/v1/retention/sweeps').send({}).expect(202);
      await app.as('dpo').get(`/v1/subjects/${account}/report`).expect(200);
      await app.as('dpo').post(`/v1/subjects/${account}/erasure`).expect(200);
      await app.as('nobody').get('/openapi.json').expect(200);
    } finally {
      await app.close();
    }
  } finally {
    await ground.close();
  }
}

describe('A service that was used and closed', () => {
  it('leaves nothing behind in the memory of the process', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const heap = async () => {
      // Sockets say that they are closed in a later turn.
      await new Promise((next) => setTimeout(next, 100));
      collect();
      return process.memoryUsage().heapUsed;
    };
    for (let n = 0; n < WARM; n += 1) await useOne();
    const before = await heap();
    for (let n = WARM; n < APPS; n += 1) await useOne();
    const grown = (await heap()) - before;
    assert.ok(grown < SLACK, `${APPS - WARM} apps left ${Math.round(grown / 1024)} KiB`);
  }).timeout(300_000);
});
