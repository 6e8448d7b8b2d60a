import assert from 'node:assert/strict';
import { and, eq } from 'drizzle-orm';
import { newSecret, secretHash } from '../../../src/foundations/access/secret.ts';
import type { TokenRow } from '../../../src/foundations/access/table.ts';
import { uuidv7 } from '../../../src/foundations/store/uuid.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';

/** Somebody who may write to the database and has no keys: an old copy, a stolen file, a hole in the server. */
onBothEngines('Who can write to the database alone', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());

  const works = async (secret: string) =>
    (await app.as('nobody').get('/v1/tenants').set('Authorization', `Bearer ${secret}`)).status === 200;
  async function issued(body: object = {}): Promise<{ id: string; secret: string; row: TokenRow }> {
    const { body: answer } = await app
      .as('admin')
      .post('/v1/tokens')
      .send({ role: 'dpo', label: 'test', ...body })
      .expect(201);
    return { ...answer, row: await rowOf(answer.id) };
  }
  const mine = (tokenId: string) => {
    const { apiTokens: t } = ground().store.tables;
    return and(eq(t.tenantId, 'north'), eq(t.tokenId, tokenId));
  };
  const rowOf = async (tokenId: string) =>
    (await ground().store.read((q) => q.select().from(q.tables.apiTokens).where(mine(tokenId))))[0] as TokenRow;
  const insert = (row: TokenRow) =>
    ground().store.write(async (tx) => {
      await tx.insert(tx.tables.apiTokens).values(row);
    });
  const change = (tokenId: string, values: Partial<TokenRow>) =>
    ground().store.write(async (tx) => {
      await tx.update(tx.tables.apiTokens).set(values).where(mine(tokenId));
    });
  const other = (row: TokenRow, more: Partial<TokenRow> = {}): { secret: string; row: TokenRow } => {
    const secret = newSecret('admin');
    return { secret, row: { ...row, tokenId: uuidv7(new Date()), secretHash: secretHash(secret), ...more } };
  };

  it('makes no token: a row of their own opens nothing, whatever seal it bears', async () => {
    const { row } = await issued();
    for (const seal of [row.seal, '', 'ab'.repeat(16)]) {
      const planted = other(row, { role: 'admin', everyTenant: true, seal });
      await insert(planted.row);
      assert.equal(await works(planted.secret), false);
    }
  });

  it('makes no more of a token they have: neither role, nor reach, nor life', async () => {
    const gains: Partial<TokenRow>[] = [
      { role: 'admin' },
      { everyTenant: true },
      { expiresAt: new Date('2030-01-01T00:00:00Z') },
      { secretHash: secretHash('lethe_admin_chosen') },
    ];
    for (const gain of gains) {
      const { id, secret } = await issued({ expiresAt: '2026-04-01T00:00:00Z' });
      assert.equal(await works((await issued()).secret), true);
      await change(id, gain);
      assert.equal(await works(gain.secretHash ? 'lethe_admin_chosen' : secret), false, Object.keys(gain)[0]);
    }
  });

  it('moves no token to another portal', async () => {
    const { id, secret } = await issued();
    await change(id, { tenantId: 'south' });
    assert.equal(await works(secret), false);
  });

  it('wakes no token that was ended, nor does a database from before its end', async () => {
    const { id, secret, row } = await issued();
    await app.as('admin').delete(`/v1/tokens/${id}`).expect(204);
    await change(id, { revokedAt: null });
    assert.equal(await works(secret), false);
    await change(id, row);
    assert.equal(await works(secret), false);
  });

  it('leaves nothing that stands after the next start: what the log does not know is ended, and it says so', async () => {
    const kept = await issued();
    const planted = other(kept.row);
    await insert(planted.row);
    const woken = await issued();
    await app.as('admin').delete(`/v1/tokens/${woken.id}`).expect(204);
    await change(woken.id, { revokedAt: null });
    const raised = await issued();
    await change(raised.id, { role: 'admin' });
    // Sealed as it should be, and yet not in the log: its entry was never written, or is not in the copy that came back.
    const { sealedToken } = await import('../../../src/foundations/access/token-seal.ts');
    const unknown = other(kept.row, { role: 'admin' });
    await insert(await sealedToken(ground().vault, unknown.row));
    assert.equal(await works(unknown.secret), true, 'until it is looked at');

    assert.ok((await app.access.endUnknownTokens()) >= 4);
    assert.equal(await app.access.endUnknownTokens(), 0);
    const ended = [planted.row.tokenId, woken.id, raised.id, unknown.row.tokenId];
    for (const tokenId of ended) assert.ok((await rowOf(tokenId)).revokedAt, tokenId);
    assert.equal((await rowOf(kept.id)).revokedAt, null);
    assert.equal(await works(kept.secret), true);
    const { auditEntries: t } = ground().store.tables;
    const entries = await ground().store.read((q) => q.select().from(t).where(eq(t.action, 'token.revoked')));
    const reasons = new Map(
      entries.flatMap(({ detail }) => ('reason' in detail ? [[detail['token'], detail['reason']]] : [])),
    );
    assert.deepEqual(
      ended.map((tokenId) => reasons.get(tokenId)),
      ['altered', 'ended-before', 'altered', 'unknown-to-the-log'],
    );
  });
});
