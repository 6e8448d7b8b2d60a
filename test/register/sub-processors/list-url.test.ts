import assert from 'node:assert/strict';
import { listUrlAt } from '../../../src/register/sub-processors/list-url.ts';

describe('Where the list of sub-processors is found', () => {
  it('is below the public address, or a path where there is none', () => {
    assert.equal(listUrlAt('https://lethe.example')('north'), 'https://lethe.example/register/north/sub-processors');
    assert.equal(listUrlAt(undefined)('north'), '/register/north/sub-processors');
  });
});
