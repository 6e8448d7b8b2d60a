import assert from 'node:assert/strict';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { loadPolicies } from '../../../src/register/policies/load.ts';
import type { Notice, PolicySet } from '../../../src/register/policies/model.ts';
import { checkNotices } from '../../../src/register/view/notice-completeness.ts';
import { buildView } from '../../../src/register/view/view.ts';
import { openApp } from '../../support/app.ts';
import { onOneEngine } from '../../support/engines.ts';
import { fillRegister } from '../../support/example-register.ts';
import { readPdf } from '../../support/pdf.ts';

const shipped = loadPolicies(join(packageRoot, 'policies')).policies as PolicySet;
type Mutable<T> = { -readonly [K in keyof T]: Mutable<T[K]> };
const NOW = new Date('2026-03-01T12:00:00Z');

/** The points that miss, as `en 13-2-d`, after something was changed. */
function gapsAfter(plant: (policies: Mutable<PolicySet>, notice: Mutable<Notice>) => void, region = 'ch', at = NOW) {
  const policies = structuredClone(shipped) as Mutable<PolicySet>;
  const notice = policies.notices.filter(({ id }) => id === 'privacy-policy').at(-1) as Mutable<Notice>;
  plant(policies, notice);
  const tenant = { id: 'north', name: 'North', timeZone: 'Europe/Berlin', jurisdiction: 'DE', language: 'en', region };
  const view = buildView(tenant, policies, [], { at, knownAt: at });
  return checkNotices(view).flatMap(({ gaps }) => gaps.map(({ language, point }) => `${language} ${point}`));
}
const POINTS = Object.keys(shipped.notices.filter(({ id }) => id === 'privacy-policy').at(-1)?.covers ?? {});

describe('A notice', () => {
  it('of the shipped policies tells everything of Art. 13 and 14, in both languages and both regions', () => {
    assert.equal(POINTS.length, 26);
    assert.deepEqual(
      gapsAfter(() => undefined, 'eu'),
      [],
    );
    assert.deepEqual(
      gapsAfter(() => undefined, 'ch'),
      [],
    );
  });

  it('without its line on complaints is told that it lacks Art. 13(2)(d)', () => {
    const gaps = gapsAfter((_, { texts }) => {
      const en = texts['en'];
      if (en) en.text = en.text.replace(/^\*\*Complaints.*$/m, '');
    });
    assert.deepEqual(gaps, ['en 13-2-d', 'en 14-2-e']);
  });

  // What a notice need not say while nothing makes it necessary.
  const ONLY_WHERE: Record<string, (policies: Mutable<PolicySet>) => void> = {
    '13-1-b': ({ parties }) =>
      parties.forEach((party) => {
        delete (party as { dataProtectionOfficer?: unknown }).dataProtectionOfficer;
      }),
    '13-1-d': ({ purposes }) =>
      purposes.forEach((purpose) => {
        if (purpose.basis.startsWith('A6-1-f')) purpose.basis = 'A6-1-c';
      }),
    '13-1-f': ({ activities }) =>
      activities.forEach((activity) => {
        activity.transfers = [];
      }),
    '21-4': ({ purposes }) =>
      purposes.forEach((purpose) => {
        if (/^A6-1-[ef]/.test(purpose.basis)) purpose.basis = 'A6-1-c';
      }),
    '13-2-c': ({ purposes }) =>
      purposes.forEach((purpose) => {
        delete (purpose as { consent?: unknown }).consent;
        if (purpose.basis.startsWith('A6-1-a')) purpose.basis = 'A6-1-c';
      }),
  };
  for (const point of POINTS.filter((one) => !one.endsWith('13-2-f') && !one.endsWith('14-2-g')))
    it(`that does not declare ${point} is told so where an activity makes it necessary`, () => {
      const without = (_: unknown, notice: Mutable<Notice>) => {
        if (notice.covers) delete notice.covers[point];
      };
      // Legitimate interests and consent concern here only what comes from the person or their browser.
      const needed = point !== '14-2-b' && point !== '14-2-d';
      assert.deepEqual(gapsAfter(without), needed ? [`en ${point}`, `de ${point}`] : []);
      const free = ONLY_WHERE[point];
      if (!free) return;
      assert.deepEqual(
        gapsAfter((policies, notice) => {
          free(policies);
          without(policies, notice);
        }),
        [],
      );
    });

  it('must tell of automated decisions where an activity makes them', () => {
    const gaps = gapsAfter(({ activities }, notice) => {
      for (const activity of activities)
        if (activity.id === 'accounts') activity.automatedDecisions = 'Accounts are closed by a score.';
      if (notice.covers) {
        delete notice.covers['13-2-f'];
        delete notice.covers['14-2-g'];
      }
    });
    assert.deepEqual(gaps.sort(), ['de 13-2-f', 'de 14-2-g', 'en 13-2-f', 'en 14-2-g']);
  });

  describe('brings the right to object to attention (Art. 21(4), REQ-A19)', () => {
    const OBJECT = /^\*\*Your right to object\.\*\*.*$/m;
    const withEnglish = (change: (text: string) => string) =>
      gapsAfter((_, { texts }) => {
        const en = texts['en'];
        if (en) en.text = change(en.text);
      });
    const told = (text: string) => OBJECT.exec(text)?.[0] ?? assert.fail('the passage is there');

    it('not within the list of all rights', () => {
      const among = withEnglish((text) => text.replace(`${told(text)}\n\n`, `${told(text)} `));
      assert.deepEqual(among, ['en 21-4']);
    });

    it('not in a sentence that has no beginning of its own', () => {
      const plain = withEnglish((text) => text.replace('**Your right to object.**', 'Your right to object.'));
      assert.deepEqual(plain, ['en 21-4']);
    });

    it('under a heading of its own just as well', () => {
      const headed = withEnglish((text) =>
        text.replace('**Your right to object.**', '## Your right to object\n\n**At any time.**\n\n'),
      );
      // What comes below a heading and bold words belongs to them until something new begins.
      assert.deepEqual(headed, []);
    });

    it('whatever the basis, where a purpose is direct marketing', () => {
      const gaps = gapsAfter(({ purposes }, notice) => {
        for (const purpose of purposes) {
          if (/^A6-1-[ef]/.test(purpose.basis)) purpose.basis = 'A6-1-c';
          if (purpose.id === 'account-service') purpose.dpv = 'DirectMarketing';
        }
        delete notice.covers?.['21-4'];
      });
      assert.deepEqual(gaps, ['en 21-4', 'de 21-4']);
    });
  });

  it('is the version people were shown at that time', () => {
    const gaps = gapsAfter(() => undefined, 'eu', new Date('2026-01-05T12:00:00Z'));
    assert.ok(gaps.length > 20, 'version 1.0 declared nothing');
  });

  it('is read as people read it: emphasis and line ends do not matter, words do', () => {
    const gaps = gapsAfter((_, { texts }) => {
      const en = texts['en'];
      if (en)
        en.text = en.text.replace('complain to a supervisory authority', '**complain** to\na _supervisory_ authority');
    });
    assert.deepEqual(gaps, []);
  });
});

onOneEngine('The check of the notices', (ground) => {
  it('is there for the officer over HTTP', async () => {
    const app = await openApp(ground());
    try {
      await fillRegister(app);
      const { body } = await app.as('dpo').get('/v1/register/notices').expect(200);
      assert.deepEqual(
        body.items.map(({ notice, version, gaps }: { notice: string; version: string; gaps: [] }) => [
          notice,
          version,
          gaps,
        ]),
        [['privacy-policy', '1.1', []]],
      );
      assert.equal(body.items[0].activities.length, shipped.activities.length);
      const { text } = await app.as('dpo').get('/v1/register/notices/page').expect(200);
      assert.match(text, /privacy-policy, version 1\.1[\s\S]*Tells everything/);
      const { body: pdf } = await app.as('dpo').get('/v1/register/notices/pdf').buffer(true).expect(200);
      const { pages, tagged } = await readPdf(pdf as Buffer);
      assert.ok(tagged);
      assert.match(pages.map((page) => page.text).join(''), /Tells everything/);
    } finally {
      await app.close();
    }
  });
});
