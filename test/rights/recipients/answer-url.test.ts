import assert from 'node:assert/strict';
import { answerUrlAt } from '../../../src/rights/recipients/answer-url.ts';

describe('Where a recipient answers', () => {
  it('is below the public address; without one, only in words', () => {
    assert.equal(
      answerUrlAt('https://lethe.example')('north', 'task'),
      'https://lethe.example/v1/public/north/recipient-tasks/task/answer',
    );
    assert.equal(answerUrlAt(undefined)('north', 'task'), null);
  });
});
