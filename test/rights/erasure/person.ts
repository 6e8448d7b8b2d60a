import { PSEUDONYM_DOMAINS } from '../../../src/foundations/store/pseudonyms.ts';
import type { Vault } from '../../../src/foundations/vault/vault.ts';
import type { TestApp } from '../../support/app.ts';

/** A user agent that is kept whole for a while, and found nowhere else. */
const userAgentOf = (name: string) => `Mozilla/5.0 (X11; Linux x86_64) Sentinel-${name}-Agent Firefox/140.0`;

/** What a person leaves behind: every value is found nowhere else, so that a search for it is a proof. */
function traces(name: string) {
  return {
    account: `sentinel-account-${name}`,
    visitor: `sentinel-visitor-${name}`,
    name: `Sentinelname ${name}`,
    title: `Sentineltitle ${name}`,
    email: `sentinel.mail.${name}@private.example`,
    interest: `sentinel-interest-${name}`,
    city: `Sentinelcity-${name}`,
    orcid: '0000-0003-4827-1902',
    publicTitle: `Sentinel public title ${name}`,
    privateTitle: `Sentinel private title ${name}`,
    publishedAs: `Sentinelpublished, ${name}`,
    draftAs: `Sentineldraft, ${name}`,
    statement: `Sentinel statement of ${name}`,
    passedOnAs: `Sentinel passed on as ${name}`,
    userAgent: userAgentOf(name),
    address: '203.0.113.77',
    address6: '2001:db8:77:1234:5678:9abc:def0:7777',
  };
}

export type Traces = ReturnType<typeof traces>;

export const publicDoi = (name: string) => `10.5072/public.${name}`;
export const privateDoi = (name: string) => `10.5072/private.${name}`;

/** Lets a person go through every door that takes personal data, over HTTP. */
export async function liveThrough(app: TestApp, name: string): Promise<Traces> {
  const left = traces(name);
  const { account, visitor } = left;
  const platform = app.as('platform');
  const evidence = { address: left.address6, userAgent: left.userAgent };
  const notice = { id: 'consent-banner', version: '1.1', language: 'en' };
  const decide = (subject: object, status: string) =>
    platform
      .post('/v1/consents')
      .send({ subject, purpose: 'external-media', status, notice, act: 'clicked', evidence })
      .expect(201);
  await decide({ kind: 'visitor', id: visitor }, 'given');
  await platform.post('/v1/visits').send({ visitor, address: left.address, userAgent: left.userAgent }).expect(201);
  await platform
    .post('/v1/visits/batch')
    .set('Content-Type', 'application/x-ndjson')
    .send(`${JSON.stringify({ visitor, address: left.address6, userAgent: left.userAgent })}\n`)
    .expect(200);
  await platform
    .put(`/v1/subjects/${account}`)
    .send({
      name: left.name,
      title: left.title,
      email: left.email,
      interests: [left.interest],
      city: left.city,
      country: 'NO',
      orcid: left.orcid,
    })
    .expect(201);
  await platform.post(`/v1/subjects/${account}/rectification`).send({ statement: left.statement }).expect(200);
  await platform.post(`/v1/subjects/${account}/links`).send({ visitor }).expect(201);
  await decide({ kind: 'account', id: account }, 'refused');
  const item = { version: '1.0', role: 'creator', orcid: '0000-0002-1694-233X' };
  await platform
    .put(`/v1/subjects/${account}/items/${encodeURIComponent(publicDoi(name))}`)
    .send({
      ...item,
      title: left.publicTitle,
      nameAsPublished: left.publishedAs,
      visibility: 'public',
      publishedOn: '2025-11-30',
    })
    .expect(201);
  await platform
    .put(`/v1/subjects/${account}/items/${encodeURIComponent(privateDoi(name))}`)
    .send({ ...item, title: left.privateTitle, nameAsPublished: left.draftAs, visibility: 'private' })
    .expect(201);
  await platform
    .post(`/v1/subjects/${account}/recipients`)
    .send({
      party: 'doi-registry',
      categories: ['content.public-association'],
      at: app.time.now.toISOString(),
      reference: left.passedOnAs,
    })
    .expect(201);
  return left;
}

/** What stands for the person in memory, and all that could on disk: another one in each domain. */
export async function pseudonymsOnDisk(vault: Vault, left: Traces): Promise<string[]> {
  const roots = await pseudonymsOf(vault, left);
  const kept = PSEUDONYM_DOMAINS.flatMap((domain) => roots.map((root) => vault.pseudonyms.encode(domain, root)));
  return [...roots, ...kept];
}

/** The root pseudonyms of the person. */
export async function pseudonymsOf(
  vault: { subjectId(tenantId: string, kind: 'visitor' | 'account', id: string): Promise<string> },
  { account, visitor }: Traces,
): Promise<string[]> {
  return [await vault.subjectId('north', 'account', account), await vault.subjectId('north', 'visitor', visitor)];
}
