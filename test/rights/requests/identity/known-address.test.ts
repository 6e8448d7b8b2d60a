import assert from 'node:assert/strict';
import { codeAddress } from '../../../../src/rights/requests/identity/known-address.ts';
import { testContext } from '../../../support/context.ts';

describe('A code', () => {
  const kept: Record<string, string> = { kim: 'Kim@Known.example' };
  const profiles = {
    accountOfEmail: async (_: unknown, email: string) =>
      email === 'kim@known.example'
        ? { account: 'account:kim', subjectId: 'kim', email: kept['kim'] as string }
        : undefined,
    emailOf: async (_: unknown, subjectId: string) => kept[subjectId],
  };
  const to = (subjectId: string | null, given?: string) =>
    codeAddress({ profiles }, testContext(), { subjectId, given });

  it('goes to the address the account has, never to one that somebody has typed', async () => {
    assert.equal(await to('kim', 'eve@evil.example'), 'Kim@Known.example');
    assert.equal(await to('kim'), 'Kim@Known.example');
    assert.equal(await to(null, 'kim@known.example'), 'Kim@Known.example');
  });

  it('goes nowhere for somebody of whom no address is kept', async () => {
    await assert.rejects(to('visitor', 'eve@evil.example'), /No address is kept/);
    await assert.rejects(to(null), /needs an e-mail address/);
  });

  it('goes to the address given where no account has it: the mail tells nobody that none has', async () => {
    assert.equal(await to(null, 'eve@evil.example'), 'eve@evil.example');
  });
});
