import { consentHolder } from '../../data/consent/holder.ts';
import { createContentHolder } from '../../data/content/holder.ts';
import { createProfilesHolder } from '../../data/profiles/holder.ts';
import { createRelationsHolder } from '../../data/relations/holder.ts';
import { createVisitsHolder } from '../../data/visits/holder.ts';
import type { ExternalHolder } from '../../foundations/holders/external.ts';
import type { Holder } from '../../foundations/holders/holder.ts';
import { createExternalHolders, environmentSecrets } from '../../foundations/holders/open.ts';
import { createRecipientsHolder } from '../../rights/recipients/holder.ts';
import { createRequestsHolder } from '../../rights/requests/holder.ts';
import type { ServiceDeps } from './service-deps.ts';

/** Where personal data is kept, of whatever room: access, erasure and retention go through all of these. */
export interface HolderServices {
  holders: Holder[];
  externalHolders: ExternalHolder[];
}

/** The holders of Lethe's own tables. */
export function ownHolders({
  vault,
  clock,
}: Pick<ServiceDeps, 'vault'> & Partial<Pick<ServiceDeps, 'clock'>>): Holder[] {
  return [
    consentHolder(vault),
    createVisitsHolder({ vault }),
    createProfilesHolder({ vault }),
    createContentHolder({ vault }),
    createRelationsHolder({ vault }),
    createRecipientsHolder({ vault }),
    createRequestsHolder({ vault, clock }),
  ];
}

/** Every holder. They need no service, so that the domains that keep the data and those that go through it can. */
export function openHolders(deps: ServiceDeps): { services: HolderServices; close(): Promise<void> } {
  const { policies, clock, config } = deps;
  const own = ownHolders(deps);
  const opened = deps.externalHolders
    ? []
    : createExternalHolders({
        policies: policies.current(),
        secrets: deps.secrets ?? environmentSecrets(process.env),
        clock,
        vault: deps.vault,
        store: deps.store,
        privateTargets: config?.outbox?.privateTargets ?? false,
        allowPlain: config?.allowPlainDatabase ?? false,
      });
  return {
    services: { holders: deps.holders?.(own) ?? own, externalHolders: deps.externalHolders ?? opened },
    close: async () => {
      for (const holder of opened) await holder.close();
    },
  };
}
