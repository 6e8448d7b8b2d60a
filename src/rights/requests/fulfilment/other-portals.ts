import type { Context } from '../../../foundations/contract/context.ts';
import type { JoinedPortal } from '../../portals/model.ts';
import type { File } from '../case-file.ts';
import type { RequestPorts } from '../ports.ts';
import type { Step } from './fulfilment.ts';

/** The name of a step where it is done for another portal. */
export const inPortal = (step: string, tenant: string): string => `${step} in ${tenant}`;

/**
 * Steps once more for every other portal that the request is answered for (Art. 4(7), 26): there, under that portal's
 * policies, holds and log, and after those of the portal that was asked.
 */
export function forEachPortal(
  { life }: File,
  stepsOf: (portal: JoinedPortal, named: (step: string) => string) => Step[],
): Step[] {
  return life.portals.flatMap((portal) =>
    stepsOf(portal, (step) => inPortal(step, portal.tenant)).map(
      ({ step, run }): Step => ({
        step: inPortal(step, portal.tenant),
        run: async (context, file, ports) => {
          const there = await ports.portals.contextIn(context, portal.tenant);
          // A portal that has left took its data along, or had it erased.
          return there ? run(there, file, ports) : { done: true, result: { gone: true } };
        },
      }),
    ),
  );
}

/** The contexts of the other portals it is answered for. */
export async function portalContexts(
  context: Context,
  { life }: Pick<File, 'life'>,
  { portals }: Pick<RequestPorts, 'portals'>,
): Promise<{ portal: JoinedPortal; there: Context }[]> {
  const found: { portal: JoinedPortal; there: Context }[] = [];
  for (const portal of life.portals) {
    const there = await portals.contextIn(context, portal.tenant);
    if (there) found.push({ portal, there });
  }
  return found;
}
