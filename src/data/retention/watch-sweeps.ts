import type { Context } from '../../foundations/contract/context.ts';
import { sweepAlarms, WAITING } from './alarm.ts';
import type { RetentionService } from './service.ts';

/** Remembers, tenant by tenant, what was wrong with the sweeps when they were last looked at. */
export function watchSweeps(sweeps: Pick<RetentionService['sweeps'], 'state' | 'anythingWaits'>) {
  const alarms = new Map<string, string[]>();
  return {
    /** What is wrong with a tenant's sweeps, in words. */
    async look(context: Context, lateAfterHours: number): Promise<string[]> {
      const found = sweepAlarms(await sweeps.state(context), context.clock(), lateAfterHours).map(({ text }) => text);
      alarms.set(context.tenant.id, found);
      return found;
    },

    /** The alarms of the last looks, without tenants; whether something waits as it is now, for every instance. */
    async standing(): Promise<string[]> {
      const looked = [...alarms.values()].flat().filter((text) => text !== WAITING);
      return [...new Set([...looked, ...((await sweeps.anythingWaits()) ? [WAITING] : [])])];
    },
  };
}
