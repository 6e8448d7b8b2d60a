import assert from 'node:assert/strict';
import type { DeclaredHolder, SqlHolder } from '../../../src/foundations/holders/declaration.ts';
import { languagesIn, textsIn } from '../../../src/foundations/messages/texts.ts';
import type { Category, RetentionRule } from '../../../src/register/policies/model.ts';
import { ruleInWords } from '../../../src/register/policies/rule-in-words.ts';
import { whatStays } from '../../../src/register/policies/what-stays.ts';

const category = (id: string, holder: string): Category => ({
  id,
  holder,
  title: id,
  special: false,
  source: 'platform',
});
const columns: SqlHolder['tables'][number]['columns'] = {
  ip: { category: 'outside.logins', action: 'delete', reduce: 'truncate-ip', exportAs: 'address' },
  agent: { category: 'outside.logins', action: 'null' },
  nick: { category: 'outside.logins', action: 'replace', with: 'gone' },
  at: { category: 'outside.logins', action: 'delete' },
  body: { category: 'outside.comments', action: 'null' },
};
const holders = [
  { id: 'outside', kind: 'sql', title: 'Forum', tables: [{ id: 'logins', columns }] },
  { id: 'service', kind: 'webhook', title: 'Mail service' },
] as unknown as DeclaredHolder[];
const policies = {
  categories: [
    category('visits.full', 'visits'),
    category('consents.evidence', 'consents'),
    category('content.public-association', 'content'),
    category('outside.logins', 'outside'),
    category('outside.comments', 'outside'),
    category('service.mails', 'service'),
  ],
  holders,
};
const t = textsIn('en');
const of = (id: string) => whatStays(id, policies, t);

describe('What a reduction leaves', () => {
  it('names the name as published and the ORCID iD, which still tell who it was', () => {
    assert.match(of('content.public-association'), /name as published and the ORCID iD, which still tell who it was/);
    assert.match(whatStays('content.public-association', policies, textsIn('de')), /der Name wie veröffentlicht/);
  });

  it('is said of every category that a holder here can reduce, in every language', () => {
    for (const language of languagesIn())
      for (const id of ['visits.full', 'consents.evidence', 'content.public-association'])
        assert.ok(textsIn(language).maybe(`stays.of.${id}`), `${language} ${id}`);
  });

  it('outside is what the declaration of the holder says', () => {
    assert.equal(
      of('outside.logins'),
      'what stays in “Forum”: address (shortened), nick (replaced by a value that says nothing) and at',
    );
    assert.equal(of('outside.comments'), 'nothing of it stays in “Forum”');
    assert.equal(of('service.mails'), 'how much of it stays is decided by “Mail service”, which keeps it');
  });

  it('stands in the words of the rule', () => {
    const rule: RetentionRule = {
      id: 'r',
      category: 'consents.evidence',
      action: 'reduce',
      after: 'P1Y6M',
      from: 'recorded',
      reason: 'x',
    };
    const english = 'reduced 1 year and 6 months after it was recorded (nothing of it stays but the decision itself)';
    assert.equal(ruleInWords(rule, policies, t), english);
    assert.equal(
      ruleInWords({ ...rule, action: 'erase' }, policies, textsIn('de')),
      '1 Jahr und 6 Monate nach der Erfassung gelöscht',
    );
  });
});
