import assert from 'node:assert/strict';
import Type from 'typebox';
import type { RouteSpec } from '../../../src/foundations/contract/contract.ts';
import { deprecationHeaders } from '../../../src/interfaces/http/deprecation.ts';
import { openApiDocument } from '../../../src/interfaces/http/openapi.ts';

describe('An operation that is deprecated (REQ-H03)', () => {
  const deprecated = { since: '2026-11-30', sunset: '2027-03-31', instead: 'newWay' };

  it('says since when as a structured date, and until when as an HTTP-date', () => {
    const { Deprecation, Sunset, Link } = deprecationHeaders(deprecated);
    // RFC 9651, 3.3.7: `@` and an integer of at most fifteen digits.
    assert.match(Deprecation as string, /^@-?\d{1,15}$/);
    assert.equal(Deprecation, `@${Date.parse('2026-11-30T00:00:00Z') / 1000}`);
    // RFC 9110, 5.6.7: IMF-fixdate.
    assert.equal(Sunset, 'Wed, 31 Mar 2027 00:00:00 GMT');
    assert.match(Link as string, /rel="deprecation"/);
  });

  for (const [what, days] of [
    ['before it is deprecated', { since: '2026-11-30', sunset: '2026-11-29' }],
    ['on a day that does not exist', { since: '2026-11-30', sunset: '2027-02-29' }],
    ['at no day', { since: '2026-11-30', sunset: 'soon' }],
  ] as const)
    it(`cannot go ${what}`, () => {
      assert.throws(() => deprecationHeaders(days), RangeError);
    });

  it('is marked in the OpenAPI document, with its end and what to use instead', () => {
    const spec: RouteSpec = {
      operationId: 'oldWay',
      method: 'get',
      path: '/v1/old',
      tag: 'Visits',
      summary: 'The old way',
      permission: 'public',
      status: 200,
      response: Type.Object({}),
    };
    const { paths } = openApiDocument([
      { ...spec, deprecated },
      { ...spec, operationId: 'newWay', path: '/v1/new' },
    ]) as {
      paths: Record<string, { get: { deprecated?: boolean; description: string; 'x-sunset'?: string } }>;
    };
    const { get: old } = paths['/v1/old'] as (typeof paths)[string];
    assert.deepEqual([old.deprecated, old['x-sunset']], [true, '2027-03-31']);
    assert.match(old.description, /^Deprecated since 2026-11-30; gone from 2027-03-31 on\. Use `newWay` instead\.\n/);
    assert.equal(paths['/v1/new']?.get.deprecated, undefined);
  });
});
