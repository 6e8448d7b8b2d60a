import assert from 'node:assert/strict';
import fc from 'fast-check';
import { renderHtml } from '../../../src/foundations/print/html.ts';
import { letterBlocks } from '../../../src/foundations/print/letter.ts';
import type { Block, PrintDocument } from '../../../src/foundations/print/model.ts';
import { renderPdf } from '../../../src/foundations/print/pdf.ts';
import { readPdf } from '../../support/pdf.ts';

const at = new Date('2026-03-01T12:00:00Z');
const documentOf = (blocks: Block[], over: Partial<PrintDocument> = {}): PrintDocument => ({
  title: 'Verzeichnis',
  language: 'de',
  institution: 'Universität Ελλάς Ж',
  date: 'Stand 2026-03-01',
  blocks,
  ...over,
});
const squeezed = (text: string) => text.replaceAll(/\s+/g, '');

/** Words of letters the fonts have; from a letter to a hash as long as lines. */
const word = fc.string({
  unit: fc.constantFrom(...'abcxyzÄöüßé€ΩλЖя09.-/(&<>"'),
  minLength: 1,
  maxLength: 90,
});
const sentence = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' '));
const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ kind: fc.constant('heading' as const), text: sentence, level: fc.constantFrom(2 as const, 3 as const) }),
  fc.record({ kind: fc.constant('paragraph' as const), text: sentence }),
  fc.record({ kind: fc.constant('list' as const), items: fc.array(sentence, { maxLength: 20 }) }),
  fc.record({
    kind: fc.constant('facts' as const),
    rows: fc.array(fc.tuple(fc.oneof(word, sentence), fc.oneof(word, sentence)), { maxLength: 20 }),
  }),
  fc.integer({ min: 1, max: 9 }).chain((columns) =>
    fc.record({
      kind: fc.constant('table' as const),
      caption: word,
      columns: fc.array(word, { minLength: columns, maxLength: columns }),
      rows: fc.array(fc.array(sentence, { minLength: columns, maxLength: columns }), { maxLength: 30 }),
    }),
  ),
);
const textsOf = (one: Block): string[] => {
  if (one.kind === 'heading' || one.kind === 'paragraph') return [one.text];
  if (one.kind === 'list') return one.items;
  if (one.kind === 'facts') return one.rows.flat();
  if (one.kind === 'signature') return [one.party];
  return [one.caption, ...one.rows.flat()];
};

describe('A document as PDF', () => {
  it('has every text whole and in its order, and none upon another, wherever pages end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(block, { maxLength: 8 }), async (blocks) => {
        const document = documentOf(blocks);
        const { pages } = await readPdf(await renderPdf(document, at));
        // The head and foot of a page come last in it.
        const bodies = pages.map(({ text }) => squeezed(text.slice(0, text.lastIndexOf(document.institution))));
        const read = bodies.join('');
        let position = 0;
        for (const wanted of blocks.flatMap(textsOf).map(squeezed)) {
          const found = read.indexOf(wanted, position);
          assert.notEqual(found, -1, wanted);
          position = found + wanted.length;
        }
        for (const { pieces } of pages)
          for (const [n, one] of pieces.entries())
            for (const other of pieces.slice(n + 1)) {
              const across = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
              assert.ok(across < 1 || Math.abs(one.y - other.y) > 6, `${one.text} upon ${other.text}`);
              assert.ok(one.x + one.width < 596 && one.x >= 0 && one.y > 0, `${one.text} beside the page`);
            }
      }),
      { numRuns: 40 },
    );
  }).timeout(180_000);

  it('never leaves a heading or the caption of a table alone at the foot of a page', async () => {
    for (let lines = 30; lines < 75; lines += 1) {
      const blocks: Block[] = [
        { kind: 'list', items: Array.from({ length: lines }, (_, n) => `Zeile ${n}`) },
        { kind: 'heading', level: 2, text: 'Danach' },
        { kind: 'table', caption: 'Tabelle', columns: ['Spalte'], rows: [['wort '.repeat(300)]] },
      ];
      const { pages } = await readPdf(await renderPdf(documentOf(blocks), at));
      const of = (text: string) => pages.findIndex((page) => page.text.includes(text));
      assert.equal(of('Danach'), of('wort'), `after ${lines} lines`);
      assert.equal(of('Tabelle'), of('wort'), `after ${lines} lines`);
    }
  }).timeout(180_000);

  it('keeps a label and its value beside each other, wherever the page ends', async () => {
    for (let lines = 40; lines < 60; lines += 1) {
      const blocks: Block[] = [
        { kind: 'list', items: Array.from({ length: lines }, (_, n) => `Zeile ${n}`) },
        { kind: 'facts', rows: [['Bezeichnung '.repeat(8), 'Wert '.repeat(60)]] },
      ];
      const { pages } = await readPdf(await renderPdf(documentOf(blocks), at));
      const starts = pages.flatMap(({ pieces }) => {
        const label = pieces.find(({ text }) => text.startsWith('Bezeichnung'));
        const value = pieces.find(({ text }) => text.startsWith('Wert'));
        return label || value ? [[label?.y, value?.y]] : [];
      });
      assert.equal(starts.length, 1, `after ${lines} lines`);
      assert.equal(starts[0]?.[0], starts[0]?.[1], `after ${lines} lines`);
    }
  }).timeout(180_000);

  it('puts more columns than a page has room for below each other, as the page does', async () => {
    const names = Array.from({ length: 12 }, (_, n) => `Spalte${n}`);
    const wide = documentOf([
      { kind: 'table', caption: 'Breit', columns: names, rows: [names.map((_, n) => `Wert${n}`)] },
    ]);
    const [page] = (await readPdf(await renderPdf(wide, at))).pages;
    const heights = page?.pieces.filter(({ text }) => text.startsWith('Wert')).map(({ y }) => y) ?? [];
    assert.equal(new Set(heights).size, 12);
    assert.match(renderHtml(wide), /<dt>Spalte11<\/dt><dd>Wert11<\/dd>/);
    assert.doesNotMatch(renderHtml(wide), /<table/);
  });

  it('says which letter it was where the fonts have none, and draws no control characters', async () => {
    const [page] = (
      await readPdf(await renderPdf(documentOf([{ kind: 'paragraph', text: '李\u0007a\r\nb\ud800' }]), at))
    ).pages;
    assert.ok(squeezed(page?.text ?? '').includes('[U+674E]ab[U+D800]'), page?.text);
  });

  it('writes Hebrew and Arabic joined and in their own order, and gives them back as they are read', async () => {
    const said = [
      'Dear محمد علي, the record of רות כהן (born 1990) is corrected.',
      'جامعة القاهرة (مكتب 12)',
      'שלום 123 עולם',
      'پژوهش گچ',
    ];
    const blocks: Block[] = [
      ...said.map((text): Block => ({ kind: 'paragraph', text })),
      { kind: 'facts', rows: [['שם', 'רות כהן']] },
      { kind: 'table', caption: 'جدول', columns: ['اسم'], rows: [['محمد']] },
      { kind: 'list', items: ['عنصر أول'] },
    ];
    const bytes = await renderPdf(documentOf(blocks, { institution: 'האוניברסיטה העברית' }), at);
    const [page] = (await readPdf(bytes)).pages;
    const read = squeezed(page?.text ?? '');
    assert.doesNotMatch(read, /U\+/);
    for (const whole of [
      'Dearمحمدعلي,',
      'جامعةالقاهرة',
      'שלום',
      'پژوهشگچ',
      'רותכהן',
      'שם',
      'جدول',
      'اسم',
      'محمد',
      'عنصرأول',
    ])
      assert.ok(read.includes(whole), `${whole} in ${read}`);
    assert.ok(read.includes('האוניברסיטההעברית'));
    const pieces = page?.pieces ?? [];
    const end = (text: string) => {
      const { x = 0, width = 0 } = pieces.find((piece) => piece.text.includes(text)) ?? {};
      return Math.round(x + width);
    };
    assert.deepEqual(['القاهرة', 'שלום 123', 'پژوهش'].map(end), [539, 539, 539], 'begins at the right margin');
    assert.ok(end('רות כהן') < 539);
    // Who listens gets the text as it is read, not as it is drawn.
    assert.equal(bytes.toString('latin1').match(/\/ActualText/g)?.length, said.length + 6);
  });

  it('goes over pages with text that runs from right to left, losing no line', async () => {
    const words = Array.from({ length: 900 }, (_, n) => `מילה${n}`);
    const { pages } = await readPdf(await renderPdf(documentOf([{ kind: 'paragraph', text: words.join(' ') }]), at));
    assert.ok(pages.length >= 2);
    const read = pages.map(({ text }) => text).join('');
    for (const [n] of words.entries()) assert.ok(read.includes(String(n)), String(n));
    for (const { y, text } of pages.flatMap(({ pieces }) => pieces)) assert.ok(y > 30, text);
  });

  it('names an institution with a long name in full on every page', async () => {
    const institution = 'Anstalt für Forschungsdaten der Universitäten des Nordens und der angrenzenden Küstenländer';
    const { pages } = await readPdf(await renderPdf(documentOf([], { institution, title: 'Wort '.repeat(30) }), at));
    for (const { text } of pages) assert.ok(text.includes(institution), text);
  });

  it('has a structure that can be read aloud: headings, paragraphs, lists, tables with header cells', async () => {
    const blocks: Block[] = [
      { kind: 'heading', level: 2, text: 'Jetzt' },
      { kind: 'paragraph', text: 'Ein Absatz.' },
      { kind: 'list', items: ['eins', 'zwei'] },
      { kind: 'table', caption: 'Wer', columns: ['Name', 'Ort'], rows: [['Ada', 'Tromsø']] },
    ];
    const bytes = await renderPdf(documentOf(blocks), at);
    assert.ok(bytes.includes('<pdfuaid:part>1</pdfuaid:part>'));
    const { pages, language, title, tagged } = await readPdf(bytes);
    assert.deepEqual([language, title, tagged], ['de', 'Verzeichnis', true]);
    const roles = new Set(pages.flatMap(({ structure }) => structure));
    for (const role of ['Document', 'H1', 'H2', 'P', 'L', 'LI', 'Lbl', 'LBody', 'Table', 'Caption', 'TR', 'TH', 'TD'])
      assert.ok(roles.has(role), role);
  });

  it('names the institution and counts the pages on each of them, and repeats the head of a table', async () => {
    const rows = Array.from({ length: 120 }, (_, n) => [`Zeile ${n}.`, 'Beispielweg 1, 10115 Berlin']);
    const table: Block = { kind: 'table', caption: 'Lang', columns: ['Spalte-A', 'Spalte-B'], rows };
    const { pages } = await readPdf(await renderPdf(documentOf([table]), at));
    assert.ok(pages.length >= 3);
    for (const [index, { text }] of pages.entries()) {
      assert.match(text, /Universität Ελλάς Ж/);
      assert.ok(text.includes(`Seite ${index + 1} von ${pages.length}`));
      assert.ok(text.includes('Stand 2026-03-01'));
      assert.equal(text.match(/Spalte-A/g)?.length, 1);
    }
    const whole = pages.map(({ text }) => text).join('');
    for (const [label] of rows) assert.ok(whole.includes(label as string), label);
    // The repeated head is no content: one header row for who listens.
    assert.equal(pages.flatMap(({ structure }) => structure).filter((role) => role === 'TH').length, 2);
  });

  it('says that there is none where a list or table is empty', async () => {
    const blocks: Block[] = [
      { kind: 'table', caption: 'Empfänger', columns: ['Name'], rows: [] },
      { kind: 'list', items: [] },
    ];
    const [page] = (await readPdf(await renderPdf(documentOf(blocks), at))).pages;
    assert.equal(page?.text.match(/Keine\./g)?.length, 2);
    assert.equal(renderHtml(documentOf(blocks)).match(/Keine\./g)?.length, 2);
  });

  it('is the same to the byte for the same document and instant', async () => {
    const document = documentOf([{ kind: 'table', caption: 'x', columns: ['a'], rows: [['b']] }]);
    const [one, two] = await Promise.all([renderPdf(document, at), renderPdf(document, at)]);
    assert.ok(one.equals(two));
  });
});

describe('A document as a page', () => {
  it('takes everything as text, whatever it looks like', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), (blocks) => {
        const html = renderHtml(documentOf(blocks, { title: '<script>alert(1)</script>' }));
        assert.doesNotMatch(html, /<script|<img|<a /);
        const inner = html.slice(html.indexOf('<main>'), html.indexOf('</main>'));
        const shown = inner.replaceAll(/<[^>]*>/g, '').replaceAll(/&(amp|lt|gt|quot|#39);/g, (entity) => {
          const letters: Record<string, string> = {
            '&amp;': '&',
            '&lt;': '<',
            '&gt;': '>',
            '&quot;': '"',
            '&#39;': "'",
          };
          return letters[entity] as string;
        });
        for (const wanted of blocks.flatMap(textsOf)) assert.ok(squeezed(shown).includes(squeezed(wanted)), wanted);
      }),
    );
  });
});

describe('A letter as a document', () => {
  const kinds = (text: string) => letterBlocks(text, 'Example University').map((block) => block.kind);

  it('has headings, facts and lists where its text has them, and a place to sign for a line of underscores', () => {
    const text = [
      'Example University\nStreet 1',
      'Our file: 17\nNoticed: today',
      '1. Nature of the breach (Art. 33(3)(a))\nA disk was lost.\nCategories of data:\n- Names\n- Addresses',
      'For Example University',
      '______________________________\nPlace, date, signature',
      'Enclosed: nothing.',
    ].join('\n\n');
    const blocks = letterBlocks(text, 'Example University');
    assert.deepEqual(
      blocks.map(({ kind }) => kind),
      ['paragraph', 'facts', 'heading', 'paragraph', 'list', 'signature', 'paragraph'],
    );
    assert.doesNotMatch(JSON.stringify(blocks), /___|For Example/);
    assert.deepEqual(kinds('Yours sincerely\nExample University'), ['paragraph']);
  });

  it('is signed on one page, whoever signs, wherever the text ends', async () => {
    for (let lines = 30; lines < 60; lines += 2) {
      const blocks: Block[] = [
        { kind: 'list', items: Array.from({ length: lines }, (_, n) => `Zeile ${n}`) },
        { kind: 'signature', party: 'Erste' },
        { kind: 'signature', party: 'Zweite', name: 'Ada', role: 'Leitung' },
      ];
      const { pages } = await readPdf(await renderPdf(documentOf(blocks), at));
      const of = (text: string) => pages.findIndex((page) => page.text.includes(text));
      assert.equal(of('Für Erste'), of('Für Zweite'), `after ${lines} lines`);
      assert.equal(pages[of('Für Erste')]?.text.match(/Ort und Datum/g)?.length, 2, `after ${lines} lines`);
    }
  });
});
