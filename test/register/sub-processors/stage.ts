import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attempt, Sendable } from '../../../src/foundations/outbox/model.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { openApp } from '../../support/app.ts';
import type { Ground } from '../../support/engines.ts';
import { fillRegister } from '../../support/example-register.ts';

/** The shipped policies with one more company, named as sub-processor of the platform and not yet let in. */
function withNewcomer(folder: string): string {
  const policies = join(folder, 'policies-newcomer');
  cpSync(join(packageRoot, 'policies'), policies, { recursive: true });
  const edit = (file: string, change: (text: string) => string) =>
    writeFileSync(join(policies, file), change(readFileSync(join(policies, file), 'utf8')));
  edit(
    'parties.yaml',
    (text) => `${text.trimEnd()}

  - id: archive-company
    name: Example Archive BV
    kind: organisation
    address: Archiefplein 1, 2511 Den Haag
    contact: privacy@archive.example.org
    contactPerson: Privacy desk
    country: NL
    region: eu
`,
  );
  for (const activity of ['accounts', 'publications'])
    edit(`activities/${activity}.yaml`, (text) =>
      text.replace(
        'transfers:\n',
        '  - { party: archive-company, role: sub-processor, for: platform-provider, does: "Keeps copies for the long term" }\ntransfers:\n',
      ),
    );
  return policies;
}

/** An app of two institutions that have signed, and a new sub-processor to be announced; what leaves is caught. */
export async function openStage(ground: Ground) {
  const sent: (Sendable & { to: string })[] = [];
  const answers: { next: Attempt } = { next: { delivered: true } };
  const transport = async (to: string, message: Sendable): Promise<Attempt> => {
    sent.push({ ...message, to });
    return answers.next;
  };
  const app = await openApp(ground, {
    policies: withNewcomer(ground.folder),
    transports: { webhook: transport, mail: transport },
  });
  const agreements = { north: await fillRegister(app, 'north'), south: await fillRegister(app, 'south') };
  /** What the job of every minute does, in every tenant. */
  const minute = async () => {
    for (const tenant of ['north', 'south'] as const) {
      const context = await app.contextOf(tenant, 'operator');
      await app.services.subProcessors.tellNewcomer(context);
      await app.services.outbox.deliverDue(context);
      await app.services.responses.noteDeliveries(context);
    }
  };
  return { app, sent, answers, agreements, minute };
}

export const addition = {
  kind: 'addition',
  party: 'archive-company',
  processor: 'platform-provider',
  activities: ['accounts', 'publications'],
  reason: 'Long-term copies of published data outside the data centre.',
};
