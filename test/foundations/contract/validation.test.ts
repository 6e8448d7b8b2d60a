import assert from 'node:assert/strict';
import Type from 'typebox';
import { Problem } from '../../../src/foundations/contract/problem.ts';
import { checker } from '../../../src/foundations/contract/validation.ts';

describe('Items that must differ', () => {
  const list = Type.Object({ items: Type.Array(Type.Unknown(), { uniqueItems: true }) });
  const check = checker(list, '');
  const refused = (items: unknown[]) =>
    assert.throws(
      () => check({ items }),
      (error) => error instanceof Problem && error.extras.errors?.[0]?.pointer === '/items',
    );

  it('are held against each other by what they say', () => {
    check({ items: ['a', 'A', 1, '1', null, 'null', true, 'true', {}, [], '{}', '[]', { a: 1 }, [{ a: 1 }], 1.5] });
    refused(['a', 'b', 'a']);
    refused([1, 1]);
    refused([null, null]);
    refused([
      { a: 1, b: [2] },
      { b: [2], a: 1 },
    ]);
  });

  it('do not take a time that grows with the square of their number', () => {
    const many = checker(Type.Object({ kinds: Type.Array(Type.Enum(['a', 'b']), { uniqueItems: true }) }), '');
    const kinds = Array.from({ length: 30_000 }, (_, n) => n);
    const begun = performance.now();
    assert.throws(() => many({ kinds }), Problem);
    assert.ok(performance.now() - begun < 1_000, `${performance.now() - begun} ms`);
  });
});
