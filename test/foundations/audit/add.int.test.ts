import assert from 'node:assert/strict';
import { eq, isNull } from 'drizzle-orm';
import { testContext } from '../../support/context.ts';
import { onBothEngines } from '../../support/engines.ts';

onBothEngines('An entry of the audit log', (ground) => {
  const context = testContext();
  const entries = () => ground().store.read((q) => q.select().from(q.tables.auditEntries));
  const subject = { subjectOf: (entryId: string) => `of ${entryId}`, indexFor: (domain: string) => `in ${domain}` };
  const add = (detail: Record<string, unknown>, at = context) =>
    ground().store.write((tx) => ground().audit.add(tx, at, { action: 'test.done', detail }));

  it('says who did what, when, under which policies, in which request (REQ-A05)', async () => {
    const entryId = await ground().store.write((tx) =>
      ground().audit.add(tx, context, { action: 'consent.given', subject, detail: { rows: 3 } }),
    );
    const entry = (await entries()).find((one) => one.entryId === entryId);
    assert.deepEqual(entry, {
      tenantId: 'north',
      entryId,
      recordedAt: context.now,
      actor: 'test-token',
      role: 'platform',
      action: 'consent.given',
      subject: `of ${entryId}`,
      subjectIndex: 'in consent',
      policyHash: 'hash',
      requestId: 'test-request',
      detail: { rows: 3 },
    });
  });

  it('names the policies it was made under, where they are not those in force', async () => {
    const entryId = await ground().store.write((tx) =>
      ground().audit.add(tx, context, { action: 'test.done', policyHash: 'of its own' }),
    );
    assert.equal((await entries()).find((one) => one.entryId === entryId)?.policyHash, 'of its own');
  });

  it('stands or falls with the transaction it is written in (REQ-A05)', async () => {
    const before = (await entries()).length;
    await assert.rejects(
      ground().store.write(async (tx) => {
        await ground().audit.add(tx, context, { action: 'test.undone' });
        throw new Error('undone');
      }),
      /undone/,
    );
    assert.equal((await entries()).length, before);
  });

  it('may be as large as a leaf of the log can be, and no larger (REQ-F05)', async () => {
    const before = (await entries()).length;
    await add({ text: 'x'.repeat(64_000) });
    await assert.rejects(add({ text: 'x'.repeat(66_000) }), /may have 65535 bytes; this one has \d+/);
    await assert.rejects(add({ text: '試'.repeat(22_000) }), /65535/);
    await add({ text: '試'.repeat(21_000) });
    assert.equal((await entries()).length, before + 2);
  });

  it('names a subject only where a search finds it again', async () => {
    await assert.rejects(
      ground().store.write((tx) => ground().audit.add(tx, context, { action: 'test.done', subject })),
      /list their domain first/,
    );
  });

  it('may be forgotten whose it was, and nothing else of it; it is not remembered again', async () => {
    await ground().store.write((tx) => ground().audit.add(tx, context, { action: 'hold.placed', subject }));
    const { auditEntries: t } = ground().store.tables;
    const set = (subjectIndex: string | null) =>
      ground().store.write((tx) => tx.update(t).set({ subjectIndex }).where(eq(t.subjectIndex, 'in hold')));
    await assert.rejects(set('in another'));
    await set(null);
    const [entry] = (await entries()).filter(({ action }) => action === 'hold.placed');
    assert.deepEqual([entry?.subject, entry?.subjectIndex], [`of ${entry?.entryId}`, null]);
    await assert.rejects(
      ground().store.write((tx) => tx.update(t).set({ subjectIndex: 'in hold' }).where(isNull(t.subjectIndex))),
    );
  });

  for (const [what, change] of [
    ['changed', (t: string) => `UPDATE ${t} SET action = 'nothing'`],
    ['deleted', (t: string) => `DELETE FROM ${t}`],
  ] as const)
    it(`cannot be ${what}`, async () => {
      await add({ stays: true });
      const { sql } = await import('drizzle-orm');
      const before = await entries();
      await assert.rejects(ground().store.write((tx) => tx.run(sql.raw(change('audit_entries')))));
      assert.deepEqual(await entries(), before);
    });

  it('sorts by the order in which entries were written, also within one millisecond', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 50; n += 1) ids.push(await add({ n }, testContext({ at: '2026-04-01T00:00:00Z' })));
    assert.deepEqual(ids, [...ids].sort());
  });
});
