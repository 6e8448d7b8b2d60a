import type { Context } from '../../foundations/contract/context.ts';
import type { ConsentStatus } from '../../law/consent-status.ts';
import { placeOfEnd } from './place.ts';
import { type ConsentDeps, inTurn } from './recorder.ts';
import { type EndedRow, endedEvents, findEvent, insertEvent, latestEvent } from './table.ts';

/** Ended events looked at between two turns of the event loop, and written in one transaction at most. */
const PAGE = 200;

/**
 * Writes down that decisions have ended by themselves, and when; reading tells so already before. Safe to repeat, to run twice at
 * once, and to kill: each transaction writes for whole decisions, and only where nothing has followed yet.
 */
export async function expireConsents(
  { store, audit, policies }: Pick<ConsentDeps, 'store' | 'audit' | 'policies'>,
  context: Context,
): Promise<{ expired: number }> {
  const tenantId = context.tenant.id;
  const now = context.clock();

  const writeDown = (ended: EndedRow[]) =>
    inTurn(() =>
      store.write(async (tx) => {
        const policyHash = policies.of(context.tenant.id).current().hash;
        let written = 0;
        for (const { eventId, subjectId, purposeId, seq } of ended) {
          const [latest] = await latestEvent(tx, { tenantId, subjectId, purposeId });
          const row = latest?.seq === seq ? await findEvent(tx, tenantId, eventId) : undefined;
          if (!row) continue;
          await insertEvent(tx, {
            ...row,
            eventId: crypto.randomUUID(),
            seq: placeOfEnd(seq),
            status: 'expired' satisfies ConsentStatus,
            act: 'time-passed',
            method: 'schedule',
            source: 'job',
            evidenceSealed: null,
            parentalSealed: null,
            recordedAt: now,
            importedAt: null,
            vouchedBy: null,
            policyHash,
          });
          written += 1;
        }
        if (written > 0)
          await audit.add(tx, context, {
            action: 'consent.expired',
            policyHash,
            detail: { events: written },
          });
        return written;
      }),
    );

  let expired = 0;
  for (let after: EndedRow | undefined; ; ) {
    const page = await store.read((q) => endedEvents(q, tenantId, now, after, PAGE));
    const ended = page.filter(({ followed }) => !followed);
    if (ended.length > 0) expired += await writeDown(ended);
    if (page.length < PAGE) return { expired };
    after = page.at(-1);
    await new Promise((next) => setImmediate(next));
  }
}
