import type { Services } from '../../src/app/services.ts';
import type { Context } from '../../src/foundations/contract/context.ts';
import type { TestApp } from './app.ts';

/** What the institution of a portal would record of itself: with it no record has an empty mandatory cell. */
export const EXAMPLE_INSTITUTION = {
  legalName: 'Example University',
  address: 'Universitätsplatz 1, 35037 Marburg',
  contact: 'privacy@university.example.org',
  contactPerson: 'Office of the registrar',
  phone: '+49 6421 5550100',
  country: 'DE',
  dataProtectionOfficer: {
    name: 'Data protection officer of Example University',
    contact: 'dpo@university.example.org',
    phone: '+49 6421 5550101',
    notifiedToAuthority: '2024-06-03',
    published: { on: '2024-06-03', at: 'https://university.example.org/privacy' },
    secrecyNotice: '2024-06-01',
  },
  notices: { email: 'privacy@university.example.org', webhook: 'https://university.example.org/notices' },
};

/** Ids of the agreements that were signed. */
export interface SignedAgreements {
  processing: string;
  hosting: string;
  hostingCh: string;
}

/** Signs an agreement from a template of the policies, now. */
async function signAgreement(
  services: Pick<Services, 'agreements'>,
  context: Context,
  template: string,
  validFrom = context.clock().toISOString(),
): Promise<string> {
  const { agreementId } = await services.agreements.draft(context, { template, validFrom });
  const signature = {
    signedOn: context.clock().toISOString(),
    file: { name: `${template}.pdf`, sha256: 'a5'.repeat(32) },
  };
  await services.agreements.activate(context, agreementId, signature);
  return agreementId;
}

/** The whole example register: the institution's own details, its agreement, and those between the companies. */
export async function fillRegister(app: TestApp, tenant: 'north' | 'south' = 'north'): Promise<SignedAgreements> {
  const { services } = app;
  const context = await app.access.contextFor(tenant, { id: 'system:test', role: 'admin', everyTenant: true });
  await services.registerRecords.recordInstitution(context, EXAMPLE_INSTITUTION);
  const { items } = await services.agreements.list(context);
  const sign = async (template: string) =>
    items.find(({ template: from, status }) => from?.startsWith(`${template} `) && status === 'active')?.agreementId ??
    (await signAgreement(services, context, template));
  return {
    processing: await sign('processing-standard'),
    hosting: await sign('hosting'),
    hostingCh: await sign('hosting-ch'),
  };
}
