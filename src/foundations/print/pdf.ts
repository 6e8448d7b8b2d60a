import { type FrameWords, frameWords } from './frame-words.ts';
import { legible } from './legible.ts';
import { type Block, MOST_COLUMNS, type PrintDocument } from './model.ts';
import { sender, signature, signatureHeight } from './pdf-sender.ts';
import {
  floor,
  GREY,
  hasGlyph,
  heightOf,
  lineWidth,
  MARGIN,
  type Pdf,
  paint,
  paintLine,
  registerFonts,
  room,
  rule,
  SIZE,
  type Structure,
  type TextStyle,
  tagged,
  text,
  width,
} from './pdf-text.ts';

const GAP = 6;
/** A cell taller than this part of the page is better read as text. */
const TALL = 0.45;

/**
 * A document as tagged PDF (ISO 14289-1, PDF/UA): a structure a screen reader can follow, the institution at the head and
 * the page number at the foot of every page. The same document and instant give the same bytes.
 */
export async function renderPdf(original: PrintDocument, at: Date): Promise<Buffer> {
  const { title, language, institution } = original;
  // With its fonts it is the largest library here, and most instances print seldom.
  const { default: PDFDocument } = await import('pdfkit');
  const pdf = new PDFDocument({
    size: 'A4',
    margins: MARGIN,
    bufferPages: true,
    pdfVersion: '1.7',
    subset: 'PDF/UA',
    tagged: true,
    lang: language,
    displayTitle: true,
    info: { Title: title, Author: institution, Producer: 'Lethe', Creator: 'Lethe', CreationDate: at, ModDate: at },
    // The published types know PDF/A only.
  } as unknown as PDFKit.PDFDocumentOptions);
  registerFonts(pdf);
  const pieces: Buffer[] = [];
  const done = new Promise<Buffer>((resolve, reject) => {
    pdf.on('data', (piece: Buffer) => pieces.push(piece));
    pdf.on('end', () => resolve(Buffer.concat(pieces)));
    pdf.on('error', reject);
  });

  const document = legible(original, (codePoint) => hasGlyph(pdf, codePoint));
  const root = pdf.struct('Document');
  pdf.addStructure(root);
  const words = frameWords(language);
  if (document.letterhead) sender(pdf, root, document);
  text(pdf, root, 'H1', document.title, { font: 'bold', size: SIZE.title, after: 4 });
  if (document.subtitle !== undefined)
    text(pdf, root, 'P', document.subtitle, { font: 'plain', size: SIZE.text, color: GREY, after: 8 });
  for (const [index, block] of document.blocks.entries()) {
    // A heading, a caption or what announces a list never stands alone at the foot of a page.
    // Whoever signs one paper signs it on one page.
    if (['heading', 'table', 'signature'].includes(block.kind) || announces(block))
      room(pdf, opening(pdf, document.blocks, index));
    draw(pdf, root, block, words);
  }
  root.end();
  frame(pdf, document, words);
  pdf.end();
  return done;
}

const announces = (block: Block): boolean => block.kind === 'paragraph' && /:\s*$/.test(block.text);

const CAPTION: TextStyle = { font: 'bold', size: SIZE.h3, after: 3 };

/** Points that must be left for the first thing a reader gets of a block, with the headings above it. */
function opening(pdf: Pdf, blocks: Block[], index: number): number {
  const block = blocks[index];
  if (block?.kind === 'heading') {
    pdf.font('bold').fontSize(block.level === 2 ? SIZE.h2 : SIZE.h3);
    return heightOf(pdf, block.text, width(pdf)) + 12 + opening(pdf, blocks, index + 1);
  }
  if (block?.kind === 'paragraph' && announces(block)) {
    pdf.font(block.note ? 'bold' : 'plain').fontSize(SIZE.text);
    return heightOf(pdf, block.text, width(pdf)) + 7 + (blocks[index + 1] ? opening(pdf, blocks, index + 1) : 0);
  }
  if (block?.kind === 'signature')
    return signatureHeight(pdf) + (blocks[index + 1]?.kind === 'signature' ? opening(pdf, blocks, index + 1) : 0);
  if (block?.kind === 'facts' && block.rows[0]) return factRoom(pdf, ...block.rows[0]).height;
  if (block?.kind === 'table') {
    pdf.font('bold').fontSize(SIZE.h3);
    const caption = heightOf(pdf, block.caption, width(pdf)) + 3;
    const [first] = block.rows;
    if (!first) return caption + 20;
    const shape = tableShape(pdf, block);
    if (!shape.asFacts) return caption + shape.headerHeight + shape.rowHeight(first) + 12;
    return caption + factRoom(pdf, block.columns[0] ?? '', first[0] ?? '').height;
  }
  return 30;
}

function draw(pdf: Pdf, root: Structure, block: Block, words: FrameWords): void {
  switch (block.kind) {
    case 'heading':
      pdf.y += block.level === 2 ? 8 : 4;
      text(pdf, root, `H${block.level}`, block.text, {
        font: 'bold',
        size: block.level === 2 ? SIZE.h2 : SIZE.h3,
        after: 4,
      });
      return;
    case 'paragraph':
      text(pdf, root, 'P', block.text, { font: block.note ? 'bold' : 'plain', size: SIZE.text, after: 7 });
      return;
    case 'list':
      if (block.items.length === 0) text(pdf, root, 'P', words.none, { font: 'plain', size: SIZE.text, after: 7 });
      else list(pdf, root, block.items);
      return;
    case 'signature':
      signature(pdf, root, block, words);
      return;
    case 'facts':
      for (const [label, value] of block.rows) fact(pdf, root, label, value);
      pdf.y += 4;
      return;
    case 'table':
      if (block.rows.length > 0) table(pdf, root, block);
      else {
        text(pdf, root, 'P', block.caption, CAPTION);
        text(pdf, root, 'P', words.none, { font: 'plain', size: SIZE.text, after: 7 });
      }
  }
}

function list(pdf: Pdf, root: Structure, items: string[]): void {
  const element = pdf.struct('L');
  root.add(element);
  for (const item of items) {
    room(pdf, SIZE.text * 1.5);
    const entry = pdf.struct('LI');
    element.add(entry);
    const y = pdf.y;
    entry.add(
      pdf.struct('Lbl', {}, () => {
        pdf.font('plain').fontSize(SIZE.text).fillColor('black').text('•', MARGIN.left, y, { lineBreak: false });
      }),
    );
    pdf.y = y;
    text(pdf, entry, 'LBody', item, { font: 'plain', size: SIZE.text, after: 3, indent: 12 });
    entry.end();
  }
  element.end();
  pdf.y += 4;
}

/** What a fact needs; one that is too tall to stay together needs its first lines only. */
function factRoom(pdf: Pdf, label: string, value: string): { labelWidth: number; tall: boolean; height: number } {
  const labelWidth = Math.min(150, width(pdf) / 3);
  pdf.font('plain').fontSize(SIZE.text);
  const height = heightOf(pdf, value || '–', width(pdf) - labelWidth - GAP);
  pdf.font('bold').fontSize(SIZE.text);
  const labelHeight = pdf.heightOfString(`${label}: `, { width: labelWidth });
  const tall = height > (floor(pdf) - MARGIN.top) * TALL;
  return { labelWidth, tall, height: tall ? labelHeight + 30 : Math.max(height, labelHeight) };
}

/** Label and value: side by side where the value is short, otherwise one below the other. */
function fact(pdf: Pdf, root: Structure, label: string, value: string): void {
  const { labelWidth, tall, height } = factRoom(pdf, label, value);
  room(pdf, height);
  const paragraph = pdf.struct('P');
  root.add(paragraph);
  const y = pdf.y;
  paragraph.add(
    tagged(pdf, 'Span', label, () => {
      pdf.font('bold').fontSize(SIZE.text).fillColor('black');
      paint(pdf, `${label}: `, MARGIN.left, y, tall ? width(pdf) : labelWidth);
    }),
  );
  const below = pdf.y;
  paragraph.add(
    tagged(pdf, 'Span', value, () => {
      const x = tall ? MARGIN.left + 12 : MARGIN.left + labelWidth + GAP;
      pdf.font('plain').fontSize(SIZE.text);
      paint(pdf, value || '–', x, tall ? below : y, pdf.page.width - MARGIN.right - x);
    }),
  );
  paragraph.end();
  pdf.y = (tall ? pdf.y : Math.max(pdf.y, below)) + 3;
}

type Table = Extract<Block, { kind: 'table' }>;

/** How a table lies on the page, and whether it is better read row by row as label and value. */
function tableShape(pdf: Pdf, { columns, rows }: Table) {
  const widths = columnWidths(pdf, columns, rows);
  const tallest = (cells: string[], font: TextStyle['font']) => {
    pdf.font(font).fontSize(SIZE.cell);
    return Math.max(...cells.map((cell, n) => heightOf(pdf, cell || ' ', (widths[n] ?? 0) - GAP)));
  };
  const rowHeight = (row: string[]) => tallest(row, 'plain');
  const headerHeight = tallest(columns, 'bold') + 6;
  const most = (floor(pdf) - MARGIN.top) * TALL;
  const asFacts = columns.length > MOST_COLUMNS || headerHeight > most || rows.some((row) => rowHeight(row) > most);
  return { widths, rowHeight, headerHeight, asFacts };
}

function table(pdf: Pdf, root: Structure, block: Table): void {
  const { columns, rows, caption } = block;
  const { widths, rowHeight, asFacts } = tableShape(pdf, block);
  if (asFacts) {
    text(pdf, root, 'P', caption, CAPTION);
    for (const [index, row] of rows.entries()) {
      if (index > 0) rule(pdf);
      for (const [n, column] of columns.entries()) fact(pdf, root, column, row[n] ?? '');
    }
    pdf.y += 6;
    return;
  }

  const element = pdf.struct('Table');
  root.add(element);
  text(pdf, element, 'Caption', caption, CAPTION);
  const cells = (values: string[], kind: 'TH' | 'TD', line: Structure | undefined) => {
    const top = pdf.y;
    let x = MARGIN.left;
    let bottom = top;
    for (const [n, value] of values.entries()) {
      const at = x;
      const drawn = () => {
        pdf
          .font(kind === 'TH' ? 'bold' : 'plain')
          .fontSize(SIZE.cell)
          .fillColor('black');
        paint(pdf, value || ' ', at, top, (widths[n] ?? 0) - GAP);
      };
      if (line) line.add(scoped(tagged(pdf, kind, value, drawn), kind));
      else drawn();
      bottom = Math.max(bottom, pdf.y);
      x += widths[n] ?? 0;
    }
    pdf.y = bottom + 2;
  };
  const header = (again: boolean) => {
    if (again) {
      // Once is enough for who listens.
      pdf.markContent('Artifact', { type: 'Pagination' });
      cells(columns, 'TH', undefined);
      pdf.endMarkedContent();
    } else {
      const line = pdf.struct('TR');
      element.add(line);
      cells(columns, 'TH', line);
      line.end();
    }
    rule(pdf);
  };
  header(false);
  for (const row of rows) {
    if (pdf.y + rowHeight(row) + 6 > floor(pdf)) {
      pdf.addPage();
      header(true);
    }
    const line = pdf.struct('TR');
    element.add(line);
    cells(row, 'TD', line);
    line.end();
    rule(pdf);
  }
  element.end();
  pdf.x = MARGIN.left;
  pdf.y += 8;
}

/** Says which cells a header cell is the header of (ISO 32000-1 §14.8.5.7), which pdfkit has no option for. */
function scoped(element: Structure, kind: 'TH' | 'TD'): Structure {
  const { data } = (element as unknown as { dictionary: { data: Record<string, unknown> } }).dictionary;
  if (kind === 'TH') data['A'] = { O: 'Table', Scope: 'Column' };
  return element;
}

/** Widths by what the cells need, none below a readable least. */
function columnWidths(pdf: Pdf, columns: string[], rows: string[][]): number[] {
  const least = Math.min(60, width(pdf) / columns.length);
  pdf.font('plain').fontSize(SIZE.cell);
  const wants = columns.map((column, n) => {
    const lengths = rows.map((row) => Math.min((row[n] ?? '').length, 60));
    const average = lengths.reduce((sum, length) => sum + length, 0) / Math.max(lengths.length, 1);
    return Math.max(column.length, average, 6);
  });
  const sum = wants.reduce((total, want) => total + want, 0);
  const spare = width(pdf) - least * columns.length;
  return wants.map((want) => least + (spare * want) / sum);
}

/** Head and foot of every page: artifacts, which are not read aloud. */
function frame(pdf: Pdf, { institution, letterhead, title, date }: PrintDocument, words: FrameWords): void {
  const { start, count } = pdf.bufferedPageRange();
  for (let index = 0; index < count; index += 1) {
    pdf.switchToPage(start + index);
    // Text below the lower margin would otherwise open a page of its own.
    pdf.page.margins.bottom = 0;
    pdf.markContent('Artifact', { type: 'Pagination' });
    pdf.font('plain').fontSize(SIZE.small).fillColor(GREY);
    // Whose it is comes before what it is called, which the first page says in full.
    const name = Math.min(lineWidth(pdf, institution) + 1, width(pdf));
    const left = width(pdf) - name - 2 * GAP;
    // The letterhead has said both.
    const headed = index === 0 && letterhead !== undefined;
    if (!headed) paintLine(pdf, institution, MARGIN.left, 36, name, 'left');
    if (!headed && left > 60) paintLine(pdf, title, pdf.page.width - MARGIN.right - left, 36, left, 'right');
    const number = 90;
    paintLine(pdf, date, MARGIN.left, pdf.page.height - 40, width(pdf) - number, 'left');
    const page = words.page(index + 1, count);
    paintLine(pdf, page, pdf.page.width - MARGIN.right - number, pdf.page.height - 40, number, 'right');
    pdf.endMarkedContent();
  }
}
