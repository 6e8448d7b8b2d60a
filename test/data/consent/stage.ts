import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asc, eq } from 'drizzle-orm';
import type { ConsentInput } from '../../../src/data/consent/model.ts';
import { createConsent } from '../../../src/data/consent/service.ts';
import type { EventRow } from '../../../src/data/consent/table.ts';
import { createSuppression } from '../../../src/data/suppression/service.ts';
import { createAudit } from '../../../src/foundations/audit/audit.ts';
import type { Connection } from '../../../src/foundations/contract/contract.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { openPolicies, type Policies } from '../../../src/register/policies/policies.ts';
import { createRegister } from '../../../src/register/view/service.ts';
import type { Ground } from '../../support/engines.ts';

export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0';

export const shipped = openPolicies(join(packageRoot, 'policies'));

interface NoticeVersion {
  version: string;
  validFrom: string;
}

/**
 * A copy of the shipped policies with these versions of the consent banner after 1.0 and 1.1, and a second notice that
 * asks for external media only. The caller removes the folder.
 */
function policiesWith(versions: NoticeVersion[], edit: (folder: string) => void = () => undefined): string {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-policies-'));
  cpSync(join(packageRoot, 'policies'), folder, { recursive: true });
  const write = (id: string, purposes: string, list: NoticeVersion[]) => {
    const entries = list.map(({ version, validFrom }) => {
      const texts = join(folder, 'notices', id, version);
      mkdirSync(texts, { recursive: true });
      for (const language of ['en', 'de'])
        writeFileSync(join(texts, `${language}.md`), `${id} ${version} ${language}\n`);
      return `  - { version: "${version}", validFrom: "${validFrom}", languages: [en, de], purposes: [${purposes}] }\n`;
    });
    writeFileSync(
      join(folder, 'notices', `${id}.yaml`),
      `id: ${id}\nkind: consent-banner\nversions:\n${entries.join('')}`,
    );
  };
  write('consent-banner', 'usage-statistics, external-media', [
    { version: '1.0', validFrom: '2015-01-01' },
    { version: '1.1', validFrom: '2026-03-01' },
    ...versions,
  ]);
  write('media-notice', 'external-media', [
    { version: '1.0', validFrom: '2015-01-01' },
    { version: '2.0', validFrom: '2026-06-01' },
  ]);
  edit(folder);
  return folder;
}

/** The same, read and removed. */
export function registerWith(versions: NoticeVersion[], edit?: (folder: string) => void): Policies {
  const folder = policiesWith(versions, edit);
  const policies = openPolicies(folder);
  rmSync(folder, { recursive: true });
  return policies;
}

/** Policies under which every decision lives as long as this. */
export const lasting = (duration: string): Policies =>
  registerWith([], (folder) => {
    const file = join(folder, 'purposes.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('duration: P6M', `duration: ${duration}`));
  });

export const connection = (over: Partial<Connection> = {}): Connection => ({
  address: '203.0.113.77',
  userAgent: FIREFOX,
  globalPrivacyControl: false,
  ...over,
});

/** A decision of a visitor on usage statistics under the banner 1.1, unless told otherwise. */
export const decision = (over: Partial<ConsentInput> = {}): ConsentInput => ({
  subject: { kind: 'visitor', id: 'v-1' },
  purpose: 'usage-statistics',
  status: 'given',
  notice: { id: 'consent-banner', version: '1.1', language: 'en' },
  ...over,
});

let subjects = 0;
/** A visitor or account nobody has met before. */
export const somebody = (kind: 'visitor' | 'account' = 'visitor') => ({ kind, id: `${kind}-${++subjects}` });

export function consentOf({ store, vault }: Ground, policies = shipped) {
  const audit = createAudit(policies);
  return createConsent({
    store,
    audit,
    vault,
    policies,
    register: createRegister({ store, policies }),
    suppression: createSuppression({ store, audit, vault, policies }),
  });
}

export async function eventsOf({ store, vault }: Ground, subject: ConsentInput['subject'], tenantId = 'north') {
  const subjectId = await vault.subjectId(tenantId, subject.kind, subject.id);
  const rows: EventRow[] = await store.read((q) => {
    const { consentEvents: t } = q.tables;
    return q.select().from(t).where(eq(t.subjectId, subjectId)).orderBy(asc(t.purposeId), asc(t.seq));
  });
  return rows;
}
