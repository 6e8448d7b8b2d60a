import assert from 'node:assert/strict';
import { changed, changedAll } from '../changed.ts';

const accounts = 'activities/accounts.yaml';
const visits = 'activities/portal-visits.yaml';
const shipped = 'transfers:\n';
const transfer = (rest: string) => `transfers:\n  - { country: US, since: "2026-01-01", ${rest} }\n`;
const joint = (rest: string) => `joint: { essence: One portal two controllers., ${rest} }\n`;
const chainOfVisits = /role: controller }[\s\S]*(?=measures:)/;
const asJoint = 'role: joint-controller }\n  - { party: doi-registry, role: joint-controller }';

describe('A register that contradicts itself', () => {
  type Edit = Parameters<typeof changed>;
  const cases: [what: string, edit: Edit, pointer: string, says: RegExp, remedy: RegExp][] = [
    [
      'a processor for somebody who is not in the activity',
      [accounts, 'role: processor, for: institution', 'role: processor, for: doi-registry'],
      '/parties/1/for',
      /no party in this activity/,
      /Declared: institution, platform-provider/,
    ],
    [
      'a circle of two in the chain of processors',
      [accounts, 'role: processor, for: institution', 'role: sub-processor, for: hosting-company'],
      '/parties/1/for',
      /closes in a circle/,
      /begin at a controller/,
    ],
    [
      'a party that acts for itself',
      [
        accounts,
        'role: sub-processor, for: platform-provider, regions: [eu]',
        'role: sub-processor, for: hosting-company',
      ],
      '/parties/2/for',
      /closes in a circle/,
      /begin at a controller/,
    ],
    [
      'a processor that acts for a processor',
      [
        accounts,
        'role: sub-processor, for: platform-provider, regions: [eu]',
        'role: processor, for: platform-provider',
      ],
      '/parties/2/for',
      /acts for a controller or a joint-controller/,
      /Art\. 28/,
    ],
    [
      'a controller on behalf of another',
      [
        accounts,
        '{ party: institution, role: controller }',
        '{ party: institution, role: controller, for: platform-provider }',
      ],
      '/parties/0/for',
      /A controller acts for nobody/,
      /change the role/,
    ],
    [
      'a party for portals of a region nobody declared',
      [accounts, 'regions: [eu]', 'regions: [us]'],
      '/parties/2/regions/0',
      /no region/,
      /eu/,
    ],
    [
      'one joint controller alone',
      [visits, 'role: controller', 'role: joint-controller'],
      '/parties/0/role',
      /alone is no joint controller/,
      /other joint controller/,
    ],
    [
      'a contact point that is no joint controller',
      [
        visits,
        chainOfVisits,
        `${asJoint}\ntransfers: []\n${joint('contactPoint: institution, rights: { A15: platform-provider }')}`,
      ],
      '/joint/contactPoint',
      /no joint controller in this activity/,
      /platform-provider/,
    ],
    [
      'a right answered by somebody else',
      [
        visits,
        chainOfVisits,
        `${asJoint}\ntransfers: []\n${joint('contactPoint: doi-registry, rights: { A15: institution }')}`,
      ],
      '/joint/rights/A15',
      /no joint controller in this activity/,
      /platform-provider/,
    ],
    [
      'an arrangement of nobody',
      [visits, shipped, `${joint('contactPoint: platform-provider, rights: { A15: platform-provider }')}${shipped}`],
      '/joint',
      /Nobody is joint controller/,
      /change the roles/,
    ],
    [
      'a transfer to somebody who is not in the activity',
      [visits, shipped, transfer('importer: doi-registry, tool: A45-3')],
      '/transfers/0/importer',
      /no party in this activity/,
      /hosting-company/,
    ],
    [
      'a tool of transfer that does not exist',
      [visits, shipped, transfer('importer: hosting-company, tool: A45-9')],
      '/transfers/0/tool',
      /not one of those allowed/,
      /Did you mean A45-3/,
    ],
    [
      'standard clauses without their module',
      [visits, shipped, transfer('importer: hosting-company, tool: A46-2-c')],
      '/transfers/0/tool',
      /four modules/,
      /module: 1, 2, 3 or 4/,
    ],
    [
      'a module of an adequacy decision',
      [visits, shipped, transfer('importer: hosting-company, tool: A45-3, module: 2')],
      '/transfers/0/module',
      /Only standard contractual clauses/,
      /Take it away/,
    ],
    [
      'a transfer that ends before it begins',
      [visits, shipped, transfer('importer: hosting-company, tool: A45-3, until: "2025-12-31"')],
      '/transfers/0/until',
      /end before it begins/,
      /later day/,
    ],
    [
      'a transfer on a day there is not',
      [visits, shipped, transfer('importer: hosting-company, tool: A45-3, until: "2026-02-30"')],
      '/transfers/0/until',
      /no such day/,
      /2026-11-23/,
    ],
    [
      'a transfer of data the activity does not have',
      [visits, shipped, transfer('importer: hosting-company, tool: A45-3, categories: [profiles.contact]')],
      '/transfers/0/categories/0',
      /no category in this activity/,
      /visits.full/,
    ],
    [
      'a special category without a condition of Art. 9',
      ['categories.yaml', 'holder: visits, special: false', 'holder: visits, special: true'],
      '/categories',
      /needs a condition of Art\. 9\(2\)/,
      /A9-2-a/,
    ],
    [
      'a condition of Art. 9 that nothing needs',
      [visits, 'reviewedOn:', 'specialCondition: A9-2-a\nreviewedOn:'],
      '/specialCondition',
      /None of the categories is special/,
      /mark the category/,
    ],
    [
      'a notice nobody wrote',
      [visits, 'notices: [privacy-policy]', 'notices: [privacy-polcy]'],
      '/notices/0',
      /no notice/,
      /Did you mean privacy-policy/,
    ],
    [
      'a review on a day there is not',
      [visits, 'reviewedOn: "2026-01-15"', 'reviewedOn: "2026-01-32"'],
      '/reviewedOn',
      /no such day/,
      /2026-11-23/,
    ],
    [
      'further purposes that lead back to themselves',
      [
        'purposes.yaml',
        '    balancingTest:',
        '    furtherTo: { purpose: portal-security, link: x, context: x, nature: x, consequences: x, safeguards: x }\n    balancingTest:',
      ],
      '/purposes/0/furtherTo/purpose',
      /lead back to themselves/,
      /collected for/,
    ],
    [
      'a party in a region that does not have its country',
      ['parties.yaml', 'country: CH\n    region: ch', 'country: CH\n    region: eu'],
      '/parties/3/region',
      /in CH, which this region does not have/,
      /DE, NL/,
    ],
    [
      'a region nobody declared',
      ['parties.yaml', 'region: ch', 'region: cj'],
      '/parties/3/region',
      /no region/,
      /Did you mean ch/,
    ],
    [
      'portals at home in no region',
      ['installation.yaml', 'homeRegion: eu\n', ''],
      '/regions',
      /names no region/,
      /homeRegion: eu/,
    ],
    [
      'a place of a stranger',
      [
        'places.yaml',
        'party: hosting-company, region: eu, country: DE, keeps: [database',
        'party: nobody, region: eu, country: DE, keeps: [database',
      ],
      '/places/0/party',
      /no party/,
      /Declared/,
    ],
    [
      'a place outside its region',
      ['places.yaml', 'region: ch, country: CH', 'region: ch, country: DE'],
      '/places/2/country',
      /not in the region/,
      /CH/,
    ],
    [
      'an agreement on an activity in which the processor does not act',
      [
        'agreements/processing-standard.yaml',
        'activities: [accounts, data-subject-requests, publications]',
        'activities: [accounts, portal-visits]',
      ],
      '/activities/1',
      /does not act for institution/,
      /parties of the activity/,
    ],
    [
      'a party that is its own processor',
      ['agreements/processing-standard.yaml', 'processor: platform-provider', 'processor: institution'],
      '/processor',
      /its own processor/,
      /other party/,
    ],
    [
      'a circle of agreements',
      ['agreements/processing-standard.yaml', 'controller: institution', 'controller: hosting-company'],
      '/processor',
      /close in a circle/,
      /begin at a controller/,
    ],
  ];
  for (const [what, edit, pointer, says, remedy] of cases)
    it(`is refused for ${what}`, () => {
      const { mistakes } = changed(...edit);
      const told = mistakes.find((mistake) => mistake.pointer === pointer);
      assert.ok(told, JSON.stringify(mistakes, null, 1));
      assert.match(told.message, says);
      assert.match(told.remedy, remedy);
    });

  it('is refused for a special category by explicit consent that its purpose does not ask for (REQ-A10)', () => {
    const special: Edit = ['categories.yaml', 'holder: visits, special: false', 'holder: visits, special: true'];
    const condition = (name: string): Edit => [visits, 'reviewedOn:', `specialCondition: ${name}\nreviewedOn:`];
    const told = changedAll(special, condition('A9-2-a')).mistakes.filter(
      ({ file, pointer }) => file === visits && pointer === '/specialCondition',
    );
    assert.match(told[0]?.message ?? '', /explicit consent.*Art\. 9\(2\)\(a\)/);
    assert.deepEqual(changedAll(special, condition('A9-2-j')).mistakes, []);
  });

  it('is accepted with chains of any depth', () => {
    const deeper = '- { party: doi-registry, role: sub-processor, for: hosting-company, regions: [eu] }\n';
    assert.deepEqual(changed(accounts, shipped, `  ${deeper}${shipped}`).mistakes, []);
  });

  it('is accepted with two joint controllers who have said who does what', () => {
    const { mistakes } = changed(
      visits,
      chainOfVisits,
      `${asJoint}\ntransfers: []\n${joint('contactPoint: platform-provider, rights: { A15: platform-provider, A17: doi-registry }')}`,
    );
    // The agreement on hosting names an activity in which the host no longer acts.
    assert.deepEqual(
      mistakes.filter(({ file }) => file.startsWith('activities/')),
      [],
    );
  });
});
