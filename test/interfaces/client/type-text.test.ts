import assert from 'node:assert/strict';
import Type from 'typebox';
import { OrNull } from '../../../src/foundations/contract/schemas.ts';
import { NamedTypes } from '../../../src/interfaces/client/type-text.ts';

const textOf = (schema: unknown) => new NamedTypes().textOf(schema);
const closed = { additionalProperties: false };

describe('The type of a schema', () => {
  for (const [what, schema, text] of [
    ['a text in a format', Type.String({ format: 'date-time' }), 'string'],
    ['a number', Type.Integer({ minimum: 0 }), 'number'],
    ['a choice', Type.Enum(['a', "b'c", 3]), `'a' | "b'c" | 3`],
    ['a backslash in a choice', Type.Literal('a\\d'), String.raw`'a\\d'`],
    ['what may be null', OrNull(Type.String()), 'string | null'],
    ['a list', Type.Array(Type.String()), 'string[]'],
    ['a list of what may be null', Type.Array(OrNull(Type.String())), '(string | null)[]'],
    ['a list of one of several texts', Type.Array(Type.Enum(['a|b', 'c'])), `('a|b' | 'c')[]`],
    ['a list of one text with a line in it', Type.Array(Type.Literal('a|b')), `'a|b'[]`],
    ['anything', Type.Unknown(), 'unknown'],
    ['anything, or null', OrNull(Type.Unknown()), 'unknown'],
    ['a record', Type.Record(Type.String(), Type.Integer()), 'Record<string, number>'],
    ['an object that takes nothing', Type.Object({}, closed), 'Record<string, never>'],
    ['an object that takes anything', Type.Object({}), 'Record<string, unknown>'],
    [
      'an object',
      Type.Object({ a: Type.String(), 'b-c': Type.Optional(Type.Null()) }, closed),
      `{\n  a: string;\n  'b-c'?: null;\n}`,
    ],
  ] as [string, unknown, string][])
    it(`is told of ${what}`, () => assert.equal(textOf(schema), text));

  it('has parentheses in a list of one of two objects, whatever their descriptions say', () => {
    const one = Type.Object({ a: Type.String({ description: "It's {odd} | */ here" }) }, closed);
    const other = Type.Object({ b: Type.String() }, closed);
    const text = textOf(Type.Array(Type.Union([one, other])));
    assert.match(text, /^\(\{.*\} \| \{.*\}\)\[\]$/s);
    assert.equal(text.split('*/').length, 2);
    assert.doesNotMatch(textOf(Type.Array(one)), /^\(/);
  });

  it('is written once where it has a name, and never two by one name', () => {
    const types = new NamedTypes();
    const named = (schema: object) => Type.Object({ a: schema as never }, { ...closed, title: 'Named' });
    assert.equal(types.textOf(Type.Array(named(Type.String()))), 'Named[]');
    assert.equal(types.textOf(named(Type.String())), 'Named');
    assert.deepEqual(types.declarations(), ['export interface Named {\n  a: string;\n}']);
    assert.throws(() => types.textOf(named(Type.Integer())), /Two schemas are called Named/);
  });
});
