import assert from 'node:assert/strict';
import { buildServices, type Services } from '../../../src/app/services.ts';
import type { Certificate, CertificateBundle, CertifiedCategory } from '../../../src/data/certificates/model.ts';
import type { CategoryOutcome, Holder } from '../../../src/foundations/holders/holder.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import type { Vault } from '../../../src/foundations/vault/vault.ts';
import { openPolicies } from '../../../src/register/policies/policies.ts';
import type { TestApp } from '../../support/app.ts';
import type { Ground } from '../../support/engines.ts';

interface Faults {
  holder?: (holder: Holder) => Holder;
  vault?: Partial<Vault>;
  /** A folder of policies; those of the app when absent. */
  policies?: string;
}

/** The services of the app with a fault planted in them. */
export function faulty(ground: Ground, app: TestApp, { holder, vault, policies }: Faults): Promise<Services> {
  return buildServices({
    store: ground.store,
    vault: { ...ground.vault, ...vault },
    policies: policies === undefined ? app.policies : openPolicies(policies),
    clock: () => app.time.now,
    log: createLog('silent', { write: () => undefined }),
    holders: holder ? (all) => all.map(holder) : undefined,
  });
}

/** The same fault in one holder only. */
export const only =
  (id: string, fault: (holder: Holder) => Partial<Holder>) =>
  (holder: Holder): Holder =>
    holder.id === id ? { ...holder, ...fault(holder) } : holder;

/** A holder that leaves one category of a person alone and says that it has removed it. */
export const missing =
  (category: string) =>
  (holder: Holder): Holder => ({
    ...holder,
    erase: async (tx, person, order) => {
      const decisions = { ...order.decisions };
      if (decisions[category]) decisions[category] = { category, action: 'held' };
      const outcomes = await holder.erase(tx, person, { ...order, decisions });
      return outcomes.map(
        (outcome): CategoryOutcome =>
          outcome.category === category ? { ...outcome, removed: outcome.retained, retained: 0 } : outcome,
      );
    },
  });

/** A certificate as the officer reads it. */
export async function bundleOf(app: TestApp, certificateId: string | null): Promise<CertificateBundle> {
  return (await app.as('dpo').get(`/v1/certificates/${certificateId}`).expect(200)).body as CertificateBundle;
}

export function lineOf({ holders }: Certificate, category: string): CertifiedCategory {
  const found = holders.flatMap(({ categories }) => categories).find((one) => one.category === category);
  assert.ok(found, category);
  return found;
}

/** `category: result removed/reduced/anonymised/retained/failed`, of what was there. */
export function linesOf({ holders }: Certificate): Record<string, string> {
  return Object.fromEntries(
    holders
      .flatMap(({ categories }) => categories)
      .filter(({ result }) => result !== 'nothing-held')
      .map((c) => [c.category, `${c.result} ${c.removed}/${c.reduced}/${c.anonymised}/${c.retained}/${c.failed}`]),
  );
}

/** Gives what was written its places in the signed log. */
export const sequence = (app: TestApp): Promise<number> =>
  app.services.merkleLog.advance(
    () => app.time.now,
    async () => ['north', 'south'],
  );
