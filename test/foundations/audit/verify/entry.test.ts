import assert from 'node:assert/strict';
import fc from 'fast-check';
import { entryFault } from '../../../../src/foundations/audit/verify/entry.ts';
import { createPrintSet, printOf } from '../../../../src/foundations/audit/verify/prints.ts';
import { canonical } from '../../../../src/foundations/contract/canonical-json.ts';
import { sampleEntry } from '../../../support/sample-log.ts';

const entry = JSON.parse(sampleEntry(0).toString('utf8')) as Record<string, unknown>;

/** What a detail may hold; a lone half of a character is no text. */
const detail = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ noUnicodeString: false, maxDepth: 4 }));

describe('The form of an entry', () => {
  it('is right for whatever the log makes of a detail, and the id is told', () => {
    fc.assert(
      fc.property(detail, (detail) => {
        const text = canonical({ ...entry, detail });
        fc.pre(text.isWellFormed() && !/\\ud/.test(text));
        assert.deepEqual(entryFault(text), { id: entry['id'] });
      }),
      { numRuns: 500 },
    );
  });

  it('is wrong for the same content written in any other way', () => {
    fc.assert(
      fc.property(detail, fc.integer({ min: 0, max: 3 }), fc.boolean(), (detail, blanks, turned) => {
        const members = Object.entries({ ...entry, detail });
        const text = JSON.stringify(Object.fromEntries(turned ? members.reverse() : members), null, blanks);
        fc.pre(text !== canonical({ ...entry, detail }));
        assert.match(entryFault(text).fault ?? 'none', /canonical/);
      }),
      { numRuns: 500 },
    );
  });

  it('never makes the check fail, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        assert.ok(entryFault(Buffer.from(bytes).toString('utf8')).fault);
      }),
    );
  });

  it('is right with an escaped backslash before "ud", and wrong with half a character (REQ-H06)', () => {
    assert.equal(entryFault(canonical({ ...entry, detail: { path: '\\ud800' } })).fault, undefined);
    assert.match(
      entryFault(canonical({ ...entry, detail: {} }).replace('{}', '{"a":"\\\\\\ud800"}')).fault ?? '',
      /canonical/,
    );
  });
});

describe('Which ids were seen', () => {
  it('is what a set of texts would say', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.uuid(), fc.string({ maxLength: 2 })), { maxLength: 3000 }), (list) => {
        const [ours, plain] = [createPrintSet(), new Set<string>()];
        const print = new Uint32Array(2);
        for (const id of list) {
          printOf(id, print, 0);
          assert.equal(ours.add(print, 0), !plain.has(id), id);
          plain.add(id);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('stays so for two hundred thousand ids that count up', () => {
    const [ids, print] = [createPrintSet(), new Uint32Array(2)];
    for (const again of [false, true])
      for (let n = 0; n < 200_000; n += 1) {
        printOf(`0190c7a4-0000-7000-8000-${String(n).padStart(12, '0')}`, print, 0);
        assert.equal(ids.add(print, 0), !again);
      }
  });
});
