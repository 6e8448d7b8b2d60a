import assert from 'node:assert/strict';
import Type from 'typebox';
import type { RouteSpec } from '../../../src/foundations/contract/contract.ts';
import { bareSlashes } from '../../../src/interfaces/http/bare-slash.ts';

const text = Type.String({ maxLength: 600 });
const spec = (path: string, params: Record<string, typeof text>): RouteSpec => ({
  operationId: path,
  method: 'get',
  path,
  tag: 'x',
  summary: 'x',
  permission: 'public',
  status: 200,
  params: Type.Object(params, { additionalProperties: false }),
});

describe('An address in which a slash was not escaped', () => {
  const meant = bareSlashes([
    spec('/v1/subjects/{id}/items/{doi}', { id: Type.String({ pattern: '^[a-z]+$' }), doi: text }),
    spec('/v1/items/{doi}/associations', { doi: text }),
    spec('/v1/a/{b}/{c}/{d}', { b: text, c: text, d: text }),
    spec('/v1/tokens', {}),
  ]);
  const pointers = (address: string) => meant(address)?.extras.errors?.map(({ pointer }) => pointer);

  it('is told which parameter it was', () => {
    assert.deepEqual(pointers('/v1/subjects/ada/items/10.5072/ice/cores'), ['{doi}']);
    assert.deepEqual(pointers('/v1/subjects/ada/items/https://doi.org/10.5072/ice?x=1'), ['{doi}']);
    assert.deepEqual(pointers('/v1/items/10.5072/ice/associations'), ['{doi}']);
    assert.equal(pointers('/v1/subjects/a/b/items/10.5072%2Fice'), undefined);
    assert.equal(pointers('/v1/subjects/ada/items/ice'), undefined);
    assert.equal(pointers('/v1/items//associations'), undefined);
    assert.equal(pointers('/v1/tokens/x'), undefined);
  });

  it('costs a stranger who sends thousands of slashes no more than they cost them', () => {
    for (const address of [
      `/v1/a/${'/'.repeat(15_000)}`,
      `/v1/subjects/${'x/'.repeat(7_500)}`,
      `/v1/a${'/a'.repeat(7_500)}/`,
    ]) {
      const begun = performance.now();
      meant(address);
      assert.ok(performance.now() - begun < 100, `${performance.now() - begun} ms`);
    }
  });
});
