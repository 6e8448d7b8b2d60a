import assert from 'node:assert/strict';
import { join } from 'node:path';
import { buildServices, type Services } from '../../../src/app/services.ts';
import {
  type ExternalErasure,
  type ExternalHolder,
  HolderFault,
  type KnownPerson,
} from '../../../src/foundations/holders/external.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { openPolicies } from '../../../src/register/policies/policies.ts';
import { newTenant } from '../../data/retention/stage.ts';
import { onBothEngines } from '../../support/engines.ts';
import { refused } from '../../support/refused.ts';

/** The shipped policies with one more kind of data, held by the platform. */
function registerWithPosts() {
  const policies = openPolicies(join(packageRoot, 'policies'));
  const set = policies.current();
  const [category] = set.categories;
  assert.ok(category);
  policies.adopt({
    ...set,
    categories: [
      ...set.categories,
      { ...category, id: 'platform.posts', title: 'Posts', holder: 'platform' as 'visits' },
    ],
    erasureRequests: [...set.erasureRequests, { category: 'platform.posts', action: 'erase' }],
  });
  return policies;
}

/** A platform that answers as the test says, one answer after the other; then it is done. */
function platform(rows: number, answers: (ExternalErasure | Error)[]) {
  const seen: { known: KnownPerson; cursor: string | null; reference: string | null }[] = [];
  let left = rows;
  const holder: ExternalHolder = {
    id: 'platform',
    describe: () => ({
      title: 'Platform',
      place: 'home',
      categories: ['platform.posts'],
      actions: { 'platform.posts': ['erase'] },
      clocks: { 'platform.posts': ['recorded'] },
    }),
    async *export() {},
    count: async () => ({ 'platform.posts': left }),
    erase: async (known, { decisions }, { cursor, reference }) => {
      seen.push({ known, cursor, reference });
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      if (answer) return answer;
      if (decisions['platform.posts']?.action === 'held')
        return {
          status: 'done',
          outcomes: [{ category: 'platform.posts', removed: 0, reduced: 0, retained: left }],
        };
      const outcomes = [{ category: 'platform.posts', removed: left, reduced: 0, retained: 0 }];
      left = 0;
      return { status: 'done', outcomes };
    },
  };
  return { holder, seen };
}

onBothEngines('An erasure and a holder outside', (ground) => {
  const open: Services[] = [];
  after(async () => {
    for (const services of open) await services.close();
  });
  async function withPlatform(rows: number, answers: (ExternalErasure | Error)[]) {
    const { holder, seen } = platform(rows, answers);
    const context = newTenant();
    const services = await buildServices({
      store: ground().store,
      vault: ground().vault,
      policies: registerWithPosts(),
      clock: () => context.now,
      log: createLog('silent', { write: () => undefined }),
      externalHolders: [holder],
    });
    open.push(services);
    await services.profiles.put(context, 'ada', { name: 'Ada', email: 'ada@example.org' });
    const later = (seconds: number) => {
      context.now = new Date(context.now.getTime() + seconds * 1000);
    };
    const known = (erasureId: string) =>
      ground().store.read(async (q) => {
        const rows = await q.select().from(q.tables.erasures);
        return rows.find((row) => row.erasureId === erasureId)?.knownAsSealed ?? null;
      });
    return { services, context, seen, later, known };
  }
  const down = () => new HolderFault('platform', 'unreachable');
  const posts = (erasure: Awaited<ReturnType<Services['erasures']['erase']>>) =>
    erasure.holders.find(({ holder }) => holder === 'platform')?.categories[0];

  it('that answers is asked by what it knows the person by, and the erasure is complete', async () => {
    const { services, context, seen, known } = await withPlatform(7, [{ status: 'more', cursor: 'a' }]);
    const erasure = await services.erasures.erase(context, 'ada');
    assert.deepEqual([posts(erasure)?.result, posts(erasure)?.removed], ['removed', 7]);
    assert.notEqual(erasure.verdict, 'incomplete');
    assert.deepEqual(
      seen.map(({ known: { accountId, email }, cursor }) => [accountId, email, cursor]),
      [
        ['ada', 'ada@example.org', null],
        ['ada', 'ada@example.org', 'a'],
      ],
    );
    assert.equal(await known(erasure.erasureId), null);
  });

  it('that is down leaves it incomplete and named; it is tried again, and a further certificate completes it', async () => {
    const { services, context, seen, later, known } = await withPlatform(7, [down(), down()]);
    const first = await services.erasures.erase(context, 'ada');
    assert.equal(first.verdict, 'incomplete');
    assert.deepEqual([posts(first)?.result, posts(first)?.unreached], ['failed', true]);
    assert.deepEqual([first.parts?.[0]?.status, first.parts?.[0]?.failure], ['pending', 'unreachable']);
    assert.notEqual(await known(first.erasureId), null);
    await services.erasures.retryParts(context);
    assert.equal(seen.length, 1, 'not before its time');
    later(10);
    await services.erasures.retryParts(context);
    assert.equal((await services.erasures.get(context, first.erasureId)).certificateId, first.certificateId);
    later(3600);
    assert.deepEqual(await services.erasures.retryParts(context), [first.erasureId]);
    const last = await services.erasures.get(context, first.erasureId);
    assert.notEqual(last.verdict, 'incomplete');
    assert.notEqual(last.certificateId, first.certificateId);
    assert.deepEqual([posts(last)?.result, posts(last)?.removed], ['removed', 7]);
    assert.equal(await known(first.erasureId), null);
    later(86_400);
    assert.deepEqual(await services.erasures.retryParts(context), []);
    assert.equal(seen.length, 3);
  });

  it('that accepts the work is asked again under its own reference', async () => {
    const { services, context, seen, later } = await withPlatform(2, [{ status: 'accepted', reference: 'job-1' }]);
    const first = await services.erasures.erase(context, 'ada');
    assert.deepEqual([first.verdict, first.parts?.[0]?.status], ['incomplete', 'accepted']);
    later(61);
    await services.erasures.retryParts(context);
    assert.equal(seen[1]?.reference, 'job-1');
    assert.notEqual((await services.erasures.get(context, first.erasureId)).verdict, 'incomplete');
  });

  it('that claims to be done and is not has failed', async () => {
    const { services, context } = await withPlatform(2, [
      { status: 'done', outcomes: [{ category: 'platform.posts', removed: 2, reduced: 0, retained: 0 }] },
    ]);
    const erasure = await services.erasures.erase(context, 'ada');
    assert.deepEqual([posts(erasure)?.result, posts(erasure)?.remaining], ['failed', 2]);
    assert.equal(erasure.verdict, 'incomplete');
  });

  it('that stays down is given up, until an officer has it tried again', async () => {
    const { services, context, later } = await withPlatform(1, Array.from({ length: 10 }, down));
    const first = await services.erasures.erase(context, 'ada');
    for (let round = 0; round < 12; round += 1) {
      later(200_000);
      await services.erasures.retryParts(context);
    }
    const given = await services.erasures.get(context, first.erasureId);
    assert.deepEqual([given.parts?.[0]?.status, given.verdict], ['failed', 'incomplete']);
    const last = await services.erasures.reopenParts(context, first.erasureId);
    assert.deepEqual([last.parts?.[0]?.status, posts(last)?.result], ['done', 'removed']);
  });

  it('erases what a hold kept back there by itself once that has ended, and forgets the person only then', async () => {
    const { services, context, seen, later, known } = await withPlatform(3, []);
    const { holds } = services.retention;
    const posts1 = { kind: 'legal', subject: 'account:ada', category: 'platform.posts', reference: 'R-1' } as const;
    const { holdId } = await holds.place(context, posts1);
    const first = await services.erasures.erase(context, 'ada');
    assert.deepEqual(
      [posts(first)?.result, posts(first)?.retained, first.parts?.[0]?.status, first.resumes],
      ['held', 3, 'held', true],
    );
    const work = async () => {
      later(60);
      await services.erasures.resumeHeldBack(context);
      await services.erasures.retryParts(context);
      return services.erasures.get(context, first.erasureId);
    };
    assert.equal((await work()).certificateId, first.certificateId, 'nothing while it is held');
    assert.equal(seen.length, 1);
    assert.notEqual(await known(first.erasureId), null);
    await holds.release(context, holdId);
    const last = await work();
    assert.deepEqual([posts(last)?.result, posts(last)?.removed], ['removed', 3]);
    assert.deepEqual([last.parts?.[0]?.status, last.resumes], ['done', undefined]);
    assert.notEqual(last.certificateId, first.certificateId);
    assert.equal(await known(first.erasureId), null);
    assert.equal(seen.length, 2);
  });

  it('is asked by one of two instances at once', async () => {
    const { services, context, seen, later } = await withPlatform(1, [down()]);
    await services.erasures.erase(context, 'ada');
    later(3600);
    await Promise.all([services.erasures.retryParts(context), services.erasures.retryParts(context)]);
    assert.equal(seen.length, 2);
  });

  it('as an officer decided: kept with exception and review, refused when it has changed since, once per request', async () => {
    const { services, context } = await withPlatform(0, []);
    const keep = (ground: string) => ({
      ground: '17-1-b' as const,
      categories: {
        'profiles.contact': { action: 'retain' as const, ground, reviewAfter: 'P1Y' },
        'content.public-association': { action: 'erase' as const },
      },
    });
    await refused(
      services.erasures.preview(context, 'ada', keep('JustificationA17LegalClaim')),
      'unprocessable-request',
    );
    const order = keep('JustificationA17LegalClaims');
    const seenBefore = await services.erasures.preview(context, 'ada', order);
    await services.profiles.patch(context, 'ada', { city: 'Bonn' }, '*');
    await refused(services.erasures.erase(context, 'ada', { ...order, digest: seenBefore.digest }), 'plan-changed');
    const { digest } = await services.erasures.preview(context, 'ada', order);
    const requestId = '0190c7a4-0000-7000-8000-0000000000ab';
    const erasure = await services.erasures.erase(context, 'ada', { ...order, digest, requestId });
    const contact = erasure.holders
      .flatMap(({ categories }) => categories)
      .find((one) => one.category === 'profiles.contact');
    assert.deepEqual([contact?.result, contact?.ground], ['retained', 'JustificationA17LegalClaims']);
    assert.ok(contact?.reviewAt);
    assert.deepEqual([erasure.ground, erasure.keyDestroyed], ['17-1-b', false]);
    assert.equal((await services.erasures.erase(context, 'ada', { ...order, requestId })).erasureId, erasure.erasureId);
  });
});
