import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ACT_COMMANDS, type ActCommand } from '../../../src/interfaces/cli/request-acts.ts';
import { commandLine, nextStep, type Standing } from '../../../src/interfaces/cli/work-on-request.ts';
import { DUTIES } from '../../../src/rights/requests/duties.ts';
import { STATES } from '../../../src/rights/requests/states.ts';
import { REQUEST_TYPES } from '../../../src/rights/requests/types.ts';

const standing = (state: Standing['state'], more: Partial<Standing> = {}, duties: string[] = []): Standing => ({
  state,
  part: 'access',
  identity: { method: 'known', state: 'confirmed' },
  subjectKnown: 'officer',
  ...more,
  duties: duties.map((duty) => ({ duty: duty as 'execute', due: null })),
});

const lineOf = (given: Standing, tenant = 'main') => {
  const step = nextStep(given);
  if (step.command === undefined) return step.waits;
  const command = ACT_COMMANDS.find(({ name }) => name === step.command) as ActCommand;
  const { body } = command.acts[step.act] as ActCommand['acts'][string];
  return commandLine('R', tenant, step, command, body).replace('lethe requests ', '');
};

describe('The next step of a request', () => {
  const code = { method: 'email-code', state: 'asked' };
  const papers = (state: string) => ({ identity: { method: 'documents', state } });
  for (const [what, given, line] of [
    ['new', standing('open', {}, ['acknowledge', 'execute']), 'acknowledge R'],
    ['of nobody yet', standing('open', { subjectKnown: null }), 'name-subject R --subject <…>'],
    ['of who knows whom', standing('open', { identity: null }), 'check-identity R --confirmed <yes|no> --text <…>'],
    ['with a code under way', standing('awaiting-identity', { identity: code }), 'check-identity R --code <…>'],
    ['with papers asked for', standing('awaiting-identity', papers('asked')), 'check-identity R --answered'],
    ['with papers', standing('awaiting-identity', papers('answered')), 'check-identity R --confirmed <yes|no>'],
    ['that was asked about', standing('awaiting-clarification'), 'clarify R --text <…>'],
    ['that costs', standing('awaiting-fee'), 'fee-paid R'],
    ['ready', standing('open', {}, ['execute']), 'execute R --yes'],
    ['to erase', standing('open', { part: 'erasure' }), 'propose R --what execution --text <…>'],
    ['proposed', standing('awaiting-approval'), 'approve R --token-file <file> --yes'],
    ['agreed to', standing('approved', { part: 'erasure' }), 'execute R --yes'],
    ['packed', standing('executed', {}, ['approve-package']), 'approve R --unverified --token-file <file> --yes'],
    [
      'packed for who has shown it',
      standing('executed', { identity: { method: 'email-code', state: 'confirmed' } }, ['approve-package']),
      'approve R --token-file <file> --yes',
    ],
    ['to hand out', standing('executed', {}, ['release-package']), 'release R --by <link|passphrase|transfer> --yes'],
    ['handed out', standing('executed', {}, ['tell-person']), 'answer R --yes'],
    ['under way', standing('executing'), 'It is being carried out, and goes on by itself.'],
    ['answered', standing('answered'), 'Nothing is left to do.'],
  ] as [string, Standing, string][])
    it(`of one that is ${what} is ${line}`, () => assert.equal(lineOf(given), line));

  it('names the tenant where it is not the first one', () =>
    assert.equal(lineOf(standing('awaiting-fee'), 'south'), 'fee-paid R --tenant south'));

  it('is a command there is, or says what is waited for, whatever stands', () => {
    fc.assert(
      fc.property(
        fc.record({
          state: fc.constantFrom(...STATES),
          part: fc.constantFrom(...REQUEST_TYPES),
          identity: fc.constantFrom(
            null,
            code,
            ...['asked', 'answered', 'confirmed', 'failed'].map((one) => papers(one).identity),
          ),
          subjectKnown: fc.constantFrom(null, 'officer', 'platform'),
          duties: fc.subarray(DUTIES.map((duty) => ({ duty, due: null }))),
        }),
        (given) => assert.ok(lineOf(given as Standing).length > 5),
      ),
    );
  });

  it('never suggests to refuse, to extend or to ask for money', () => {
    const suggested = STATES.map((state) => nextStep(standing(state)).command);
    for (const name of ['refuse', 'extend', 'reject']) assert.ok(!suggested.includes(name));
  });
});
