import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandFailure } from '../../../src/interfaces/cli/outcome.ts';
import { bodyOf, bodyOptions } from '../../../src/interfaces/cli/schema-options.ts';
import * as model from '../../../src/rights/requests/model.ts';

const flags = (...asked: Parameters<typeof bodyOptions>) => bodyOptions(...asked).map((option) => option.flags);

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof CommandFailure, String(error));
    assert.equal(error.exitCode, 2);
    return error.message;
  }
  return assert.fail('nothing was refused');
}

describe('Options made from the contract', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-options-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const fileOf = (text: string) => {
    const file = join(folder, 'body.json');
    writeFileSync(file, text);
    return file;
  };

  it('are one for each member that fits on a command line, with its choices and words', () => {
    assert.deepEqual(flags(model.Extension), [
      '--reasons <value...>',
      '--text <value>',
      '--at <value>',
      '--sent <value>',
      '--body <file>',
    ]);
    const [reasons, text] = bodyOptions(model.Extension);
    assert.deepEqual(reasons?.argChoices, ['complexity', 'number']);
    assert.match(text?.description ?? '', /as the person is told/);
    assert.ok(flags(model.RequestIntake).includes('--requester-name <value>'));
    assert.ok(!flags(model.RequestIntake).some((flag) => flag.startsWith('--changes')));
    assert.deepEqual(flags(model.IdentityDecision).slice(0, 1), ['--confirmed <yes|no>']);
    assert.deepEqual(flags(model.Release, ['passphrase']), ['--by <value>', '--body <file>']);
  });

  it('make the body they stand for', () => {
    assert.deepEqual(bodyOf(model.IdentityDecision, { confirmed: 'no', tenant: 'main' }), { confirmed: false });
    assert.deepEqual(
      bodyOf(model.RequestIntake, {
        type: 'access',
        channel: 'letter',
        receivedAt: '2026-02-25',
        requesterName: 'Jo',
        categories: ['profiles.contact'],
      }),
      {
        type: 'access',
        channel: 'letter',
        receivedAt: '2026-02-25T00:00:00.000Z',
        requester: { name: 'Jo' },
        categories: ['profiles.contact'],
      },
    );
  });

  it('go before what stands in the file, which brings the rest', () => {
    const body = fileOf('{"type":"erasure","requester":{"name":"Jo","language":"de"},"changes":{"city":"Bern"}}');
    assert.deepEqual(bodyOf(model.RequestIntake, { body, type: 'rectification', requesterLanguage: 'en' }), {
      type: 'rectification',
      requester: { name: 'Jo', language: 'en' },
      changes: { city: 'Bern' },
    });
  });

  it('are named where one is missing or wrong, and never what was said', () => {
    assert.equal(
      refusal(() => bodyOf(model.IdentityDecision, {})),
      'This cannot be sent:\n  --confirmed is required',
    );
    const told = refusal(() => bodyOf(model.RequestIntake, { type: 'access', requesterEmail: 'secret', ground: '1' }));
    assert.match(told, /\n {2}--requester-email /);
    assert.match(told, /\n {2}--ground must be one of/);
    assert.doesNotMatch(told, /secret/);
    assert.match(
      refusal(() => bodyOf(model.Extension, { text: 'Why.', at: 'soon', reasons: [] })),
      /instant/,
    );
  });

  it('take no file that holds no object', () => {
    for (const text of ['[]', 'null', '"text"', '{']) {
      const body = fileOf(text);
      assert.match(
        refusal(() => bodyOf(model.Note, { body })),
        /--body: .* must hold a JSON object/,
      );
    }
  });
});
