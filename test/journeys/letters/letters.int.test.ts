import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ExternalHolder, HolderFault } from '../../../src/foundations/holders/external.ts';
import { createExternalHolders, type OpenedHolder } from '../../../src/foundations/holders/open.ts';
import type { Sendable } from '../../../src/foundations/outbox/model.ts';
import { BREACH_RULES } from '../../../src/law/rule-sets.ts';
import { openPolicies } from '../../../src/register/policies/policies.ts';
import type { Request } from '../../../src/rights/requests/shown.ts';
import { openPlatform, type Platform } from '../../foundations/holders/platform.ts';
import { policiesWithPlatform } from '../../foundations/holders/policies.ts';
import { ASSESSED, breachBooks, REPORT } from '../../oversight/breaches/books.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onOneEngine } from '../../support/engines.ts';
import { EXAMPLE_INSTITUTION, fillRegister } from '../../support/example-register.ts';
import { goldenLetters, LANGUAGES, type Language, type Mail } from './stage.ts';

type Portal = 'north' | 'south';
const PUBLIC_URL = 'https://lethe.example';
const MONDAY = '2026-03-02T10:00:00Z';
const WORDS = {
  en: {
    known: 'Recognised by the account they signed in with.',
    because: 'Several archives have to be searched by hand.',
    found: 'We have looked at it together with the department concerned.',
    nature: REPORT.nature,
    asked: 'A copy of your identity card, showing your name and address',
    question: 'Do you mean your account, or the visits without an account?',
  },
  de: {
    known: 'Am Konto erkannt, mit dem die Person angemeldet war.',
    because: 'Mehrere Archive müssen von Hand durchsucht werden.',
    found: 'Wir haben dies gemeinsam mit der betroffenen Abteilung geprüft.',
    nature: 'Mit gestohlenen Zugangsdaten wurden Kontodaten gelesen.',
    asked: 'Eine Kopie Ihres Ausweises, auf der Name und Anschrift zu sehen sind',
    question: 'Meinen Sie Ihr Konto oder die Besuche ohne Konto?',
  },
};

const ON_THE_PLATFORM = {
  account: ['Account on the platform', 'Konto auf der Plattform'],
  logins: ['Sign-ins on the platform', 'Anmeldungen auf der Plattform'],
  comments: ['Comments on the platform', 'Kommentare auf der Plattform'],
} as const;

/** A newsletter on consent, which is direct marketing and alone uses the interests. */
function withNewsletter(policies: string): void {
  const edit = (file: string, from: string, to: string) => {
    const text = readFileSync(join(policies, file), 'utf8');
    assert.ok(text.includes(from), `${file} does not say ${from}`);
    writeFileSync(join(policies, file), text.replaceAll(from, to));
  };
  edit(
    'purposes.yaml',
    'purposes:\n',
    `purposes:
  - id: newsletter
    version: "1.0"
    title: { en: Newsletter, de: Rundbrief }
    description: { en: News of what we offer., de: Neues aus unserem Angebot. }
    basis: A6-1-a-explicit-consent
    dpv: DirectMarketing
    consent: { duration: P2Y, explicit: true }
    gpc: false
`,
  );
  edit('notices/consent-banner.yaml', 'external-media]', 'external-media, newsletter]');
  edit('activities/accounts.yaml', 'profiles.interests, ', '');
  const counts = readFileSync(join(policies, 'activities', 'usage-counts.yaml'), 'utf8');
  const newsletter = counts
    .replace(/^(id|purpose): .*$/gm, '$1: newsletter')
    .replace(/^title: .*$/m, 'title: Newsletter')
    .replace(/^ {2}- \{ party: institution, role: recipient.*\n/m, '')
    .replace(/^categories: .*$/m, 'categories: [profiles.interests]');
  writeFileSync(join(policies, 'activities', 'newsletter.yaml'), newsletter);
}

/**
 * Every letter to a person, an authority and a controller, made by the acts that send it, over HTTP: in the European
 * Union and, where the law differs, in the United Kingdom. They stand in `golden/`, to be read as a whole; `LETHE_GOLDEN=1`
 * writes them anew.
 */
onOneEngine('Every letter', (ground) => {
  const golden = goldenLetters();
  let app: TestApp;
  let platform: Platform;
  let closePlatform: () => Promise<void>;
  let holder: OpenedHolder;
  let platformUp = true;
  let people = 0;
  const mail: Mail[] = [];

  before(async function () {
    this.timeout(60_000);
    [platform, closePlatform] = await openPlatform('sqlite');
    for (const table of ['reactions', 'item_authors', 'items', 'messages']) await platform.sql(`DROP TABLE ${table}`);
    const policies = policiesWithPlatform('sqlite');
    const file = join(policies, 'categories.yaml');
    const titled = readFileSync(file, 'utf8').replaceAll(
      /(id: platform\.(account|logins|comments)), title: \w+/g,
      (_, id: string, what: keyof typeof ON_THE_PLATFORM) => {
        const [title, de] = ON_THE_PLATFORM[what];
        return `${id}, title: ${title}, titles: { de: ${de} }`;
      },
    );
    writeFileSync(file, titled);
    withNewsletter(policies);
    [holder] = createExternalHolders({
      policies: openPolicies(policies).current(),
      secrets: () => platform.url,
    }) as [OpenedHolder];
    const transport = async (to: string, message: Sendable) => {
      mail.push({ to, message });
      return { delivered: true } as const;
    };
    app = await openApp(ground(), {
      now: MONDAY,
      policies,
      publicUrl: PUBLIC_URL,
      externalHolders: [reachable(holder)],
      transports: { webhook: transport, mail: transport },
      breachRules: BREACH_RULES.flatMap((set) =>
        set.id === 'breach-eu-2018'
          ? [
              { ...set, validUntil: '2027-07-01' },
              { ...set, id: 'breach-eu-2027', validFrom: '2027-07-01', hours: 96 },
            ]
          : [set],
      ),
    });
    await fillRegister(app, 'north');
    const south = await app.contextOf('south', 'admin');
    const { etag } = await app.access.getTenant(south, 'south');
    await app.access.updateTenant(south, 'south', { jurisdiction: 'GB', timeZone: 'Europe/London' }, etag);
    await app.services.registerRecords.recordInstitution(south, {
      ...EXAMPLE_INSTITUTION,
      legalName: 'University of the South',
      address: '1 College Road, Exeter EX4 1AA',
      country: 'GB',
      dataProtectionOfficer: { name: 'Data Protection Officer', contact: 'dpo@south.example.ac.uk' },
    });
  });
  after(async () => {
    await app.close();
    await holder.close();
    await closePlatform();
  });
  beforeEach(() => {
    app.time.now = new Date(MONDAY);
    platformUp = true;
  });

  /** The platform's database as it is, while it can be reached. */
  function reachable(real: ExternalHolder): ExternalHolder {
    const ask = () => {
      if (!platformUp) throw new HolderFault(real.id, 'unreachable');
      return real;
    };
    return {
      ...real,
      export: (...asked) => ask().export(...asked),
      count: async (...asked) => ask().count(...asked),
      erase: async (...asked) => ask().erase(...asked),
    };
  }
  const on = (day: string, time = '10:00') => {
    app.time.now = new Date(`${day}T${time}:00Z`);
  };
  /** What the jobs do at night and every minute. */
  async function jobs(portal: Portal): Promise<void> {
    const context = await app.contextOf(portal, 'operator');
    const { services } = app;
    await services.erasures.resume(context);
    await services.erasures.resumeHeldBack(context);
    await services.erasures.retryParts(context);
    await services.packages.work(context);
    await services.requests.resume(context);
    await services.outbox.deliverDue(context);
    await services.recipients.noteDeliveries(context);
  }

  /** One person who asks in a language at a portal, and the officers who answer. */
  function somebody(portal: Portal, language: Language) {
    people += 1;
    const account = `person-${people}`;
    const email = `${account}@private.example`;
    const name = 'Ada Lovelace';
    const words = WORDS[language];
    const call = async (
      path: string,
      body: object | undefined,
      who: 'dpo' | 'admin' | 'platform' = 'dpo',
      status?: number,
    ) => {
      const answer = await app.as(who, portal).post(path).send(body);
      assert.ok(status === undefined ? answer.status < 300 : answer.status === status, `${path}: ${answer.text}`);
      return answer.body;
    };
    const act = (id: string, act: string, body: object = {}, who: 'dpo' | 'admin' = 'dpo') =>
      call(`/v1/requests/${id}/${act}`, body, who);
    const self = {
      account,
      email,
      words,
      call,
      act,
      subject: `account:${account}`,
      async profile(): Promise<void> {
        await app
          .as('platform', portal)
          .put(`/v1/subjects/${account}`)
          .send({ name, email, interests: ['limnology'], city: 'Bergen', country: 'NO' })
          .expect(201);
      },
      async item(): Promise<void> {
        await app
          .as('platform', portal)
          .put(`/v1/subjects/${account}/items/${encodeURIComponent(`10.5072/golden.${account}`)}`)
          .send({
            title: 'Lake levels',
            version: '1',
            role: 'creator',
            nameAsPublished: 'A. Lovelace',
            visibility: 'public',
            publishedOn: '2025-01-01',
          })
          .expect(201);
      },
      async recipients(...parties: [party: string, category: string][]): Promise<void> {
        for (const [party, category] of parties)
          await call(
            `/v1/subjects/${account}/recipients`,
            { party, categories: [category], at: '2026-01-01T00:00:00Z', reference: `known-as-${account}` },
            'platform',
          );
      },
      async consent(purpose = 'usage-statistics'): Promise<void> {
        await call(
          '/v1/consents',
          {
            subject: { kind: 'account', id: account },
            purpose,
            status: 'given',
            notice: { id: 'consent-banner', version: '1.1', language: 'en' },
          },
          'platform',
        );
      },
      async open(type: string, over: object = {}): Promise<string> {
        const requester = { name, email, language };
        const body = { type, channel: 'letter', subject: self.subject, requester, ...over };
        return (await call('/v1/requests', body)).requestId;
      },
      /** The same by somebody whom nobody has named. */
      stranger: (type: string, over: object = {}) => self.open(type, { subject: undefined, ...over }),
      recognised: (id: string) => act(id, 'identity-decision', { confirmed: true, text: words.known }),
      get: async (id: string): Promise<Request> => (await app.as('dpo', portal).get(`/v1/requests/${id}`)).body,
      /** The letter that an act sends by mail. */
      async mailed(template: string, what: string, send: () => Promise<unknown>): Promise<string> {
        await jobs(portal);
        mail.splice(0);
        await send();
        await jobs(portal);
        const own = mail.filter(({ to, message }) => to === email && message.topic.startsWith('request.'));
        assert.equal(own.length, 1, `${template} ${what}: ${own.map(({ message }) => message.topic).join(', ')}`);
        const { subject = '', text = '' } = own[0]?.message ?? {};
        const place = portal === 'south' ? 'gb-' : '';
        golden.expect(`request-${template}`, `${place}${what}`, language, { subject, text });
        return text;
      },
      async packed(id: string): Promise<void> {
        await self.recognised(id);
        await act(id, 'execution');
        await jobs(portal);
        await jobs(portal);
        await act(id, 'package-approval', { unverified: true }, 'admin');
      },
      async erased(id: string): Promise<void> {
        await self.recognised(id);
        await act(id, 'proposals', { what: 'execution', ground: '17-1-b', text: 'The account is closed.' });
        await act(id, 'approval', {}, 'admin');
        await act(id, 'execution');
        await jobs(portal);
      },
      async abusive(id: string, what: string): Promise<void> {
        const abuse = { which: 'excessive', earlierRequests: ['2026-01-05', '2026-01-12', '2026-02-02'] };
        await act(id, 'proposals', { what, text: 'A campaign.', abuse });
        await act(id, 'approval', {}, 'admin');
      },
    };
    return self;
  }

  for (const portal of ['north', 'south'] as const)
    for (const language of LANGUAGES)
      describe(`at a portal ${portal === 'north' ? 'in the European Union' : 'in the United Kingdom'} (${language})`, function () {
        this.timeout(60_000);

        it('of a request on its way', async () => {
          const ada = somebody(portal, language);
          await ada.profile();
          const id = await ada.stranger('access');
          await ada.mailed('acknowledged', 'usual', () => ada.act(id, 'acknowledgement'));
          await ada.mailed('identity-asked', 'in-time', () =>
            ada.act(id, 'identity-checks', { method: 'email-code', doubt: 'unknown-sender' }),
          );
          await ada.mailed('acknowledged', 'clock-stands-still', () => ada.act(id, 'acknowledgement'));
          on('2026-03-04');
          await ada.recognised(id);
          await ada.mailed('clarification-asked', 'in-time', () =>
            ada.act(id, 'clarification', { question: ada.words.question }),
          );
          await ada.act(id, 'clarification-answer', { text: 'The account.' });
          await ada.mailed('informed', 'usual', () => ada.act(id, 'information', { text: ada.words.found }));
          await ada.mailed('extended', 'complexity', () =>
            ada.act(id, 'extension', { reasons: ['complexity', 'number'], text: ada.words.because }),
          );
          await ada.mailed('acknowledged', 'extended', () => ada.act(id, 'acknowledgement'));
          await ada.mailed('withdrawn', 'by-officer', () => ada.act(id, 'withdrawal'));
        });

        it('of documents, and of one whom nobody can identify', async () => {
          const ada = somebody(portal, language);
          const documents = { method: 'documents', doubt: 'signs-of-fraud', asked: [ada.words.asked] };
          const id = await ada.stranger('access');
          await ada.mailed('documents-asked', 'in-time', () => ada.act(id, 'identity-checks', documents));
          const late = await ada.stranger('portability', { receivedAt: '2026-02-16T10:00:00Z' });
          await ada.mailed('documents-asked', 'late', () => ada.act(late, 'identity-checks', documents));
          await ada.mailed('cannot-identify', 'usual', () => ada.act(late, 'unidentifiable'));
          on('2026-03-09');
          await ada.act(id, 'identity-answer');
          await ada.act(id, 'identity-decision', { confirmed: false });
          await ada.mailed('refused', 'identity-not-shown', () =>
            ada.act(id, 'refusal', { ground: 'identity-not-shown', text: ada.words.found }),
          );
          on('2026-06-01');
          await ada.mailed('reopened', 'authority', () =>
            ada.act(id, 'reopening', { because: 'authority', text: ada.words.found }),
          );
        });

        it('of access: by a link, for a passphrase, for a fee, with a limit; then erasure', async () => {
          const ada = somebody(portal, language);
          await ada.profile();
          const id = await ada.open('access', { then: 'erasure' });
          await ada.packed(id);
          const { url } = await ada.act(id, 'release', { by: 'link' });
          assert.match(url, /^https:\/\/lethe\.example\/packages\//);
          const text = await ada.mailed('answered-access', 'link-then-erasure', () => ada.act(id, 'answer'));
          assert.ok(text.includes(url), 'the letter has the whole address');
          assert.ok(!JSON.stringify(await ada.get(id)).includes(url), 'what is kept has not');
          assert.ok(!(await app.as('dpo', portal).get(`/v1/requests/${id}/events`)).text.includes(url));
          await ada.act(id, 'withdrawal');

          const again = await ada.open('access');
          const fee = {
            basis: 'further-copy',
            amount: 1250,
            currency: portal === 'south' ? 'GBP' : 'EUR',
            costs: [
              { what: 'labour', amount: 1000 },
              { what: 'postage', amount: 250 },
            ],
          };
          await ada.recognised(again);
          await ada.mailed('fee-asked', 'further-copy', () => ada.act(again, 'fee', fee));
          await ada.act(again, 'payment');
          await ada.act(again, 'limitation', {
            provision: 'BDSG § 34(1)',
            scope: 'part',
            categories: ['consents.evidence', 'profiles.contact'],
            reviewOn: '2026-09-01',
            text: 'An investigation.',
          });
          await ada.packed(again);
          await ada.act(again, 'release', { by: 'passphrase', passphrase: 'seven lakes and one river' });
          await ada.mailed('answered-access', 'paid-passphrase-limited', () =>
            ada.act(again, 'answer', { text: ada.words.found }),
          );

          on('2027-05-03');
          const later = await ada.open('access');
          await ada.call(`/v1/requests/${later}/fee`, fee, 'dpo', 422);
          await ada.mailed('fee-asked', 'unchanged', () => ada.act(later, 'fee', { ...fee, unchanged: true }));
        });

        it('of portability', async () => {
          const ada = somebody(portal, language);
          await ada.profile();
          await ada.consent();
          const id = await ada.open('portability');
          await ada.packed(id);
          await ada.act(id, 'release', { by: 'link' });
          await ada.mailed('answered-portability', 'link', () => ada.act(id, 'answer'));
        });

        it('that nothing is held', async () => {
          const ada = somebody(portal, language);
          const id = await ada.stranger('access');
          await ada.recognised(id);
          await ada.act(id, 'execution');
          await ada.mailed('answered-no-data', 'access', () => ada.act(id, 'answer'));
          const other = await ada.stranger('restriction', { ground: '18-1-a' });
          await ada.act(other, 'execution');
          await ada.mailed('answered-no-data', 'restriction', () => ada.act(other, 'answer'));
        });

        it('of an abusive request: a fee, a refusal', async () => {
          const ada = somebody(portal, language);
          const id = await ada.open('access');
          await ada.abusive(id, 'abusive-fee');
          const cost = [{ what: 'labour', amount: 4000 }];
          const currency = portal === 'south' ? 'GBP' : 'EUR';
          await ada.mailed('fee-asked', 'excessive', () =>
            ada.act(id, 'fee', { basis: 'excessive', amount: 4000, currency, costs: cost }),
          );
          const other = await ada.open('erasure');
          await ada.abusive(other, 'abusive-refusal');
          await ada.mailed('refused-abusive', 'excessive', () =>
            ada.act(other, 'refusal', { ground: 'excessive', text: ada.words.found }),
          );
        });

        it('of refusals, and of what is taken up again', async () => {
          const ada = somebody(portal, language);
          await ada.profile();
          const kept = await ada.open('erasure');
          await ada.mailed('erasure-kept', 'exception', () =>
            ada.act(kept, 'refusal', {
              ground: 'exception',
              text: ada.words.found,
              exceptions: [
                { category: 'profiles.contact', exception: 'JustificationA17LegalClaims', reviewOn: '2027-01-01' },
                {
                  category: 'content.public-association',
                  exception: 'JustificationA17PublicInterest',
                  reviewOn: '2028-03-01',
                },
              ],
            }),
          );
          const fix = await ada.open('rectification', { changes: { city: 'Oslo' } });
          await ada.mailed('rectification-refused', 'not-responsible', () =>
            ada.act(fix, 'refusal', { ground: 'not-responsible', text: ada.words.found }),
          );
          const id = await ada.open('access');
          const restriction = { provision: 'BDSG § 34(1)', scope: 'whole', reviewOn: '2026-09-01' };
          const refusal = { ground: 'national-restriction', text: ada.words.found };
          const part = { ...restriction, scope: 'part', categories: ['profiles.contact'] };
          await ada.call(`/v1/requests/${id}/refusal`, { ...refusal, restriction: part }, 'dpo', 422);
          await ada.mailed('refused-by-law', 'whole', () => ada.act(id, 'refusal', { ...refusal, restriction }));
          on('2026-08-03');
          await ada.mailed('reopened', 'ground-ended', () => ada.act(id, 'ground-end', { text: ada.words.found }));
          const twice = await ada.open('access');
          await ada.mailed('duplicate', 'open', () => ada.act(twice, 'duplicate-of', { requestId: id }));
          await ada.packed(id);
          await ada.act(id, 'release', { by: 'passphrase', passphrase: 'seven lakes and one river' });
          await ada.act(id, 'answer');
          const thrice = await ada.open('access');
          await ada.mailed('duplicate', 'answered', () => ada.act(thrice, 'duplicate-of', { requestId: id }));
        });

        it('of rectification, with who was told', async () => {
          const ada = somebody(portal, language);
          await ada.profile();
          await ada.recipients(['hosting-company', 'profiles.identity'], ['doi-registry', 'profiles.identity']);
          const id = await ada.open('rectification', { changes: { name: 'Ada King' }, statement: 'I married.' });
          await ada.recognised(id);
          await ada.act(id, 'execution');
          await jobs(portal);
          await ada.mailed('answered-rectification', 'told', () => ada.act(id, 'answer'));
          const { items } = (await app.as('dpo', portal).get(`/v1/recipient-tasks?request=${id}`)).body;
          const [first] = items as { taskId: string; party: string }[];
          await ada.call(`/v1/recipient-tasks/${first?.taskId}/answer`, { answer: 'done' });
          await ada.mailed('recipients-told', 'usual', () => ada.act(id, 'information', { about: 'recipients' }));
        });

        it('of erasure: done, held for now, kept, nothing there', async () => {
          const ada = somebody(portal, language);
          await ada.profile();
          await ada.item();
          await ada.recipients(['hosting-company', 'profiles.contact']);
          const hold = await ada.call('/v1/holds', {
            kind: 'legal',
            reference: 'R-1',
            subject: ada.subject,
            category: 'profiles.interests',
          });
          const id = await ada.open('erasure');
          await ada.erased(id);
          await ada.mailed('erasure-held', 'legal-hold', () => ada.act(id, 'answer'));
          await ada.mailed('answered-erasure', 'after-a-hold', async () => {
            await ada.call(`/v1/holds/${hold.holdId}/release`, undefined);
            await jobs(portal);
          });
          const bob = somebody(portal, language);
          await bob.profile();
          const whole = await bob.open('erasure');
          await bob.erased(whole);
          await bob.mailed('answered-erasure', 'all', () => bob.act(whole, 'answer'));
          const author = somebody(portal, language);
          await author.item();
          const kept = await author.open('erasure');
          await author.erased(kept);
          await author.mailed('erasure-kept', 'published', () => author.act(kept, 'answer'));
          const nobody = somebody(portal, language);
          const none = await nobody.open('erasure');
          await nobody.erased(none);
          await nobody.mailed('answered-no-data', 'erasure', () => nobody.act(none, 'answer'));
        });

        it('of restriction, and before it is lifted', async () => {
          const ada = somebody(portal, language);
          await ada.profile();
          await ada.recipients(['hosting-company', 'profiles.location']);
          const id = await ada.open('restriction', { ground: '18-1-a', categories: ['profiles.location'] });
          await ada.act(id, 'execution');
          await jobs(portal);
          await ada.mailed('answered-restriction', 'one-category', () => ada.act(id, 'answer'));
          await ada.mailed('restriction-lifting', 'restriction', () =>
            ada.act(id, 'lifting-notice', { text: ada.words.found }),
          );
          const bob = somebody(portal, language);
          await bob.profile();
          const all = await bob.open('restriction', { ground: '18-1-c' });
          await bob.act(all, 'execution');
          await bob.mailed('answered-restriction', 'all', () => bob.act(all, 'answer'));
          assert.equal((await ada.act(id, 'lifting')).state, 'answered');
          const eve = somebody(portal, language);
          await eve.profile();
          const no = await eve.open('restriction', { ground: '18-1-b' });
          await eve.mailed('refused', 'restriction', () =>
            eve.act(no, 'refusal', { ground: 'right-does-not-apply', text: eve.words.found }),
          );
          assert.equal((await eve.get(no)).state, 'refusal-told');
          assert.equal((await eve.act(no, 'lifting')).state, 'refused');
        });

        it('of objections, to one purpose, to marketing, upheld and rejected', async () => {
          const ada = somebody(portal, language);
          await ada.profile();
          const objects = (over: object) => ada.open('objection', over);
          const id = await objects({ purpose: 'portal-security' });
          await ada.act(id, 'execution', { outcome: 'upheld' });
          await ada.mailed('answered-objection', 'purpose', () => ada.act(id, 'answer'));
          const ads = await objects({ marketing: true });
          await ada.act(ads, 'execution', { outcome: 'upheld' });
          await ada.mailed('answered-objection', 'marketing', () => ada.act(ads, 'answer'));
          const no = await objects({ purpose: 'portal-security' });
          await ada.act(no, 'execution', { outcome: 'rejected', text: ada.words.found });
          await ada.mailed('objection-rejected', 'compelling-grounds', () => ada.act(no, 'answer'));
          assert.equal((await ada.get(no)).state, 'refusal-told');
          assert.equal((await ada.act(no, 'lifting')).state, 'refused');
          const never = await objects({ purpose: 'account-service' });
          await ada.mailed('refused', 'no-such-right', () =>
            ada.act(never, 'refusal', { ground: 'right-does-not-apply', text: ada.words.found }),
          );
          assert.equal((await ada.get(never)).state, 'refused');
        });

        it('of consent that is taken back: alone, with an erasure of what only it allowed, and where none stood', async () => {
          const ada = somebody(portal, language);
          await ada.profile();
          await ada.consent();
          for (const what of ['stood', 'none']) {
            const id = await ada.open('consent-withdrawal', { purpose: 'usage-statistics' });
            const { state, then } = await ada.get(id);
            assert.deepEqual([state, then], ['executed', null], 'it has taken effect as it was entered');
            await ada.mailed('answered-consent-withdrawal', what, () => ada.act(id, 'answer'));
            assert.equal((await ada.get(id)).state, 'answered');
          }
          await ada.consent();
          await ada.consent('newsletter');
          const id = await ada.open('consent-withdrawal');
          await ada.mailed('answered-consent-withdrawal', 'then-erasure', () => ada.act(id, 'answer'));
          const { state, part } = await ada.get(id);
          assert.deepEqual([state, part], ['open', 'erasure']);
          await ada.erased(id);
          await ada.mailed('answered-erasure', 'of-what-consent-allowed', () => ada.act(id, 'answer'));
          assert.equal((await ada.get(id)).state, 'answered');
        });

        it('of a review by a person', async () => {
          const ada = somebody(portal, language);
          const id = await ada.open('human-review');
          await ada.act(id, 'execution', { outcome: 'changed', text: ada.words.found });
          await ada.mailed('answered-human-review', 'changed', () => ada.act(id, 'answer'));
        });

        if (portal === 'south')
          it('of a complaint', async () => {
            const ada = somebody(portal, language);
            on('2026-07-02');
            const id = await ada.open('complaint');
            await ada.mailed('complaint-acknowledged', 'usual', () => ada.act(id, 'acknowledgement'));
            await ada.act(id, 'execution', { outcome: 'upheld', text: ada.words.found });
            await ada.mailed('answered-complaint', 'upheld', () => ada.act(id, 'answer'));
          });
        else {
          it('of an erasure that a place has not carried out: within the month, by itself, and by an officer', async () => {
            const ada = somebody(portal, language);
            const userId = 1000 + people;
            await platform.sql(
              `INSERT INTO users (id, portal, email, name, seen_at) VALUES (${userId}, 'north', '${ada.email}', 'Ada', '2026-02-27 10:00:00Z')`,
            );
            await app
              .as('platform')
              .put(`/v1/subjects/${userId}`)
              .send({ name: 'Ada Lovelace', email: ada.email, city: 'Bergen' })
              .expect(201);
            const id = await ada.open('erasure', { subject: `account:${userId}` });
            platformUp = false;
            await ada.erased(id);
            assert.equal((await ada.get(id)).state, 'executing');
            assert.ok(
              (await ada.get(id)).duties.some(({ duty, due }) => duty === 'tell-person' && due === '2026-04-02'),
            );
            await ada.mailed('erasure-incomplete', 'asked-for', () =>
              ada.act(id, 'information', { about: 'erasure', text: ada.words.found }),
            );
            const other = somebody(portal, language);
            const bobId = 2000 + people;
            await platform.sql(
              `INSERT INTO users (id, portal, email, name, seen_at) VALUES (${bobId}, 'north', '${other.email}', 'Bob', '2026-02-27 10:00:00Z')`,
            );
            await app
              .as('platform')
              .put(`/v1/subjects/${bobId}`)
              .send({ name: 'Ada Lovelace', email: other.email })
              .expect(201);
            const waits = await other.open('erasure', { subject: `account:${bobId}` });
            await other.erased(waits);
            on('2026-03-25');
            mail.splice(0);
            await jobs(portal);
            assert.deepEqual(mail, [], 'there is time yet');
            await other.mailed('erasure-incomplete', 'by-itself', async () => on('2026-03-31'));
            mail.splice(0);
            on('2026-04-01');
            await jobs(portal);
            assert.deepEqual(mail, [], 'once');
            platformUp = true;
            on('2026-04-02');
            await jobs(portal);
            await jobs(portal);
            await other.mailed('answered-erasure', 'after-a-delay', () => other.act(waits, 'answer'));
          });

          it('of a breach: to the authority, to a controller, to the persons; by 72 and by 96 hours', async () => {
            const books = breachBooks(app);
            const { nature } = WORDS[language];
            for (const [hours, day] of [
              ['72', '2026-03-03'],
              ['96', '2027-07-10'],
            ] as const) {
              on(day, '12:00');
              const at = { detectedAt: `${day}T03:00:00Z`, awareAt: `${day}T10:00:00Z`, nature };
              const scope = { categories: ['profiles.identity', 'visits.full'] };
              const { breachId } = await books.report({ ...at, scope });
              const letter = async (id: string, what: string, to: object) => {
                const { letters } = await books.act(breachId, 'letters', { ...to, language });
                const made = letters.at(-1);
                assert.ok(made);
                golden.expect(id, `${hours}-hours-${what}`, language, made);
              };
              await books.act(breachId, 'assessments', { persons: 120, records: 300 });
              await letter('breach-authority', 'first', { to: 'authority', controller: 'institution' });
              await books.act(breachId, 'assessments', ASSESSED);
              await books.act(breachId, 'decisions', {
                authority: 'DPABreachNotificationNeeded',
                persons: 'DataSubjectBreachNotificationNeeded',
                reasons: 'Names and addresses of many together.',
              });
              await books.act(breachId, 'notifications', {
                notice: 'DPABreachInitialNotice',
                controller: 'institution',
                at: `${day}T11:30:00Z`,
                by: 'authority-form',
              });
              await letter('breach-authority', 'further', { to: 'authority', controller: 'institution' });
              await letter('breach-persons', 'usual', { to: 'persons', controller: 'institution' });
              const byProvider = await books.report({ ...at, scope, foundBy: 'platform-provider' });
              await books.act(byProvider.breachId, 'assessments', { ...ASSESSED, persons: 120, records: 300 });
              const { letters } = await books.act(byProvider.breachId, 'letters', { to: 'controller', language });
              assert.ok(letters[0]);
              golden.expect('breach-controller', `${hours}-hours`, language, letters[0]);
            }
          });
        }
      });

  describe('in the end', () => {
    it('has been made, by every template there is, and nothing else is expected', () =>
      golden.complete(['request-', 'breach-']));
  });
});
