import assert from 'node:assert/strict';
import { eq, sql } from 'drizzle-orm';
import { withEvidenceUnlocked } from '../../../src/foundations/store/evidence.ts';
import { testContext } from '../../support/context.ts';
import { onBothEngines } from '../../support/engines.ts';
import { connection, consentOf, decision, FIREFOX, somebody } from './stage.ts';

onBothEngines('A recorded decision cannot be edited (REQ-C04):', (ground) => {
  const context = testContext();
  const attempts: [what: string, statement: string][] = [
    ['its status', "UPDATE consent_events SET status = 'given'"],
    ['its notice', "UPDATE consent_events SET notice_hash = 'x'"],
    ['its end', 'UPDATE consent_events SET expires_at = NULL'],
    ['its order', 'UPDATE consent_events SET seq = seq + 100'],
    ['whose it is', "UPDATE consent_events SET subject_id = 'x'"],
    ['its evidence', 'UPDATE consent_events SET evidence_sealed = NULL'],
    ['whether it was old enough', "UPDATE consent_events SET age_check = 'of-age'"],
    ['who authorised it', 'UPDATE consent_events SET parental_sealed = evidence_sealed'],
    ['that it was made', 'DELETE FROM consent_events'],
  ];
  before(() => {
    const input = decision({ subject: somebody(), evidence: { userAgent: FIREFOX } });
    return consentOf(ground()).record(context, input, connection());
  });
  for (const [what, statement] of attempts)
    it(`${what}, by the database itself`, async () => {
      const count = () => ground().store.read((q) => q.select().from(q.tables.consentEvents));
      const rows = await count();
      assert.equal(rows.length, 1);
      await assert.rejects(
        ground().store.write((tx) => tx.run(sql.raw(statement))),
        { name: 'StoreError', fault: 'evidence' },
      );
      assert.deepEqual(await count(), rows);
    });

  it('not even on the lawful path, which only takes away', async () => {
    for (const change of [{ status: 'given' }, { evidenceSealed: Buffer.from('other') }])
      await assert.rejects(
        ground().store.write((tx) =>
          withEvidenceUnlocked(tx, 'north', 'test', async () => {
            await tx.update(tx.tables.consentEvents).set(change);
          }),
        ),
        { fault: 'evidence' },
      );
  });

  it('not with the key to another tenant’s', async () => {
    await assert.rejects(
      ground().store.write((tx) =>
        withEvidenceUnlocked(tx, 'south', 'test', async () => {
          await tx.delete(tx.tables.consentEvents).where(eq(tx.tables.consentEvents.tenantId, 'north'));
        }),
      ),
      { fault: 'evidence' },
    );
  });
});
