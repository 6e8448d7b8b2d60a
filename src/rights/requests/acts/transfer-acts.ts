import { type Context, withoutIdempotencyKey } from '../../../foundations/contract/context.ts';
import { invalidField, Problem } from '../../../foundations/contract/problem.ts';
import { writeOnce } from '../../../foundations/store/idempotency.ts';
import { localDay } from '../../../law/duration.ts';
import type { File } from '../case-file.ts';
import { checkTransfer, fetchedAt, transferMessage } from '../transfer.ts';
import type { ActDeps } from './acting.ts';

/** A person's data on its way to another controller (Art. 20(2)). */
export function createTransfers({ store, records, ports }: Pick<ActDeps, 'store' | 'records' | 'ports'>) {
  const { outbox, packages, register, publicUrl } = ports;

  /** Repeated under its Idempotency-Key, the first stands: a new link would make the one that is under way void. */
  async function wasDone(context: Context): Promise<boolean> {
    const isNew = new Error('not done before');
    try {
      await writeOnce(store, context, async (): Promise<object> => {
        throw isNew;
      });
      return true;
    } catch (fault) {
      if (fault === isNew) return false;
      throw fault;
    }
  }

  return {
    /**
     * Sends the controller that the second person has agreed to what it needs to fetch the package, once. The message is
     * written with the event that tells of it, and the outbox brings it through.
     * @throws Problem where nobody agreed to it, or it is not feasible
     */
    async release(context: Context, file: File): Promise<{ file: File }> {
      const { packageId, packageApproval, part, release } = file.life;
      const to = packageApproval?.transferTo;
      if (packageId === null || to === undefined)
        throw invalidField(
          '/by',
          'to another controller it goes only where the approval of the package names that controller',
        );
      if (release?.by === 'transfer' && (await wasDone(context)))
        return { file: await records.load(context, file.row.requestId) };
      const party = checkTransfer(await register.view(context), part, to, '/by');
      fetchedAt(publicUrl, '');
      const released = await packages.release(withoutIdempotencyKey(context), packageId, { by: 'link' });
      const url = fetchedAt(publicUrl, released.path);
      const message = transferMessage(context, party, released.package, url);
      const prepared = await outbox.prepare(context, [message]);
      const data = { packageId, by: 'transfer', messageId: prepared[0]?.messageId } as const;
      const also = (tx: Parameters<typeof outbox.add>[0]) => outbox.add(tx, prepared);
      return { file: await records.act(context, file, { events: [{ kind: 'released', data }], also }) };
    },

    /**
     * What the letter says of a direct transfer; undefined where there was none.
     * @throws Problem `conflict` until the other controller has fetched all of it: nothing is told that has not happened
     */
    async told(context: Context, { life }: File): Promise<{ controller: string; on: string } | undefined> {
      const { release, packageId, packageApproval } = life;
      if (release?.by !== 'transfer' || packageId === null || life.part !== 'portability') return undefined;
      const { status, deliveredAt } = await packages.get(withoutIdempotencyKey(context), packageId);
      if (deliveredAt === null)
        throw new Problem(
          'conflict',
          'The other controller has not fetched the data yet. Wait for it, send it again, or hand it to the person by a link.',
          { members: { missing: ['the other controller must have fetched the data'], state: status } },
        );
      const view = await register.view(context);
      const to = packageApproval?.transferTo ?? '';
      const on = localDay(new Date(deliveredAt), view.tenant.timeZone);
      return { controller: view.party(to)?.name ?? to, on };
    },
  };
}
