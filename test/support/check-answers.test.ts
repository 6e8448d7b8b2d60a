import assert from 'node:assert/strict';
import { type Answer, type ApiDocument, misfitOf } from './check-answers.ts';

describe('What is answered, held against the OpenAPI document', () => {
  const json = (schema: object) => ({ 'application/json': { schema } });
  const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  const document: ApiDocument = {
    paths: {
      '/v1/things': {
        get: {
          responses: {
            200: { content: json({ type: 'object', properties: { at: { type: 'string', format: 'date-time' } } }) },
            409: { content: problem },
            204: {},
          },
        },
      },
    },
    components: { schemas: { Problem: { type: 'object', required: ['type'], properties: { type: {}, state: {} } } } },
  };
  const fits: Answer = {
    method: 'GET',
    route: '/v1/things',
    status: 200,
    mediaType: 'application/json; charset=utf-8',
    text: '{"at":"2026-01-01T00:00:00Z"}',
  };
  const conflict = { ...fits, status: 409, mediaType: 'application/problem+json', text: '{"type":"x","state":"open"}' };
  const cases: [what: string, answer: Answer, told: RegExp | undefined][] = [
    ['what is declared', fits, undefined],
    ['a declared problem', conflict, undefined],
    ['an empty answer', { ...fits, status: 204, mediaType: undefined, text: '' }, undefined],
    ['the head of an answer', { ...fits, method: 'HEAD', text: '' }, undefined],
    ['a place of no operation', { ...fits, route: '-' }, undefined],
    ['a status that is not declared', { ...fits, status: 201 }, /201, which is not declared/],
    ['another media type', { ...fits, mediaType: 'text/html', text: '' }, /as text\/html/],
    ['a body where none belongs', { ...fits, status: 204 }, /declared: nothing/],
    ['a body that does not fit', { ...fits, text: '{"at":"2026-06-30T23:59:60Z"}' }, /\/at must match format/],
    ['a problem without its type', { ...conflict, text: '{}' }, /required property/],
    ['a member of a problem that is not named', { ...conflict, text: '{"type":"x","why":"y"}' }, /not name: why/],
  ];
  for (const [what, answer, told] of cases)
    it(`${told ? 'refuses' : 'takes'} ${what}`, () => {
      const misfit = misfitOf(answer, document);
      if (told) assert.match(misfit ?? '', told);
      else assert.equal(misfit, undefined);
    });
});
