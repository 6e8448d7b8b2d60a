import { hasRightToLeft, linesOf, type Piece } from './bidi.ts';
import { fontFile } from './fonts.ts';

export type Pdf = PDFKit.PDFDocument;
export type Structure = PDFKit.PDFStructureElement;

export const MARGIN = { top: 70, bottom: 62, left: 56, right: 56 };
export const SIZE = { title: 17, h2: 13, h3: 10.5, text: 9.5, cell: 8.2, small: 7.8 };
export const GREY = '#555555';

export interface TextStyle {
  font: 'plain' | 'bold';
  size: number;
  color?: string;
  /** Points below. */
  after: number;
  indent?: number;
}

export const width = (pdf: Pdf) => pdf.page.width - MARGIN.left - MARGIN.right;
export const floor = (pdf: Pdf) => pdf.page.height - MARGIN.bottom;

/** What fontkit needs to be told of letters it is to lay out, on the way that pdfkit leaves to it. */
type Directed = string[] & Pick<Piece, 'direction' | 'script'>;
interface FontKitFont {
  hasGlyphForCodePoint(n: number): boolean;
  layout(text: string, features?: unknown, script?: string, language?: string, direction?: string): unknown;
}
// The published types know nothing of the font itself.
const fontOf = (pdf: Pdf): FontKitFont => (pdf as unknown as { _font: { font: FontKitFont } })._font.font;

/** Both fonts, each of which lays out a piece of text in the direction and script that the piece names. */
export function registerFonts(pdf: Pdf): void {
  for (const style of ['plain', 'bold'] as const) {
    pdf.registerFont(style, fontFile(style));
    const font = fontOf(pdf.font(style));
    const layout = font.layout.bind(font);
    font.layout = (text, features) => {
      const { script, direction } = (features ?? {}) as Partial<Directed>;
      return layout(text, features, script, undefined, direction);
    };
  }
}

/** Whether both fonts have it. */
export const hasGlyph = (pdf: Pdf, codePoint: number): boolean =>
  (['plain', 'bold'] as const).every((style) => fontOf(pdf.font(style)).hasGlyphForCodePoint(codePoint));

const asDirected = ({ direction, script }: Piece): PDFKit.Mixins.OpenTypeFeatures[] =>
  Object.assign([], { direction, script });
const widthOf = (pdf: Pdf) => (piece: Piece) => pdf.widthOfString(piece.text, { features: asDirected(piece) });

/** An element of the structure; what is drawn from right to left says in itself how it is read. */
export function tagged(pdf: Pdf, kind: string, content: string, draw: () => void): Structure {
  return pdf.struct(kind, hasRightToLeft(content) ? { actual: content } : {}, draw);
}

/** Points that a text takes in the font that is set. */
export function heightOf(pdf: Pdf, content: string, room: number): number {
  if (!hasRightToLeft(content)) return pdf.heightOfString(content, { width: room });
  return linesOf(content, room, widthOf(pdf)).length * pdf.currentLineHeight(true);
}

/**
 * Draws a text in the font that is set, over pages if need be. What runs from right to left begins at the right where it
 * is a paragraph of its own (`ownSide`), and else stays with what it belongs to.
 */
export function paint(pdf: Pdf, content: string, x: number, y: number, room: number, ownSide = false): void {
  if (!hasRightToLeft(content)) {
    pdf.text(content === '' ? ' ' : content, x, y, { width: room });
    return;
  }
  pdf.x = x;
  pdf.y = y;
  for (const line of linesOf(content, room, widthOf(pdf))) {
    if (pdf.y + pdf.currentLineHeight(true) > floor(pdf)) pdf.continueOnNewPage();
    const top = pdf.y;
    let at = x + (ownSide && line.rightToLeft ? room - line.width : 0);
    for (const piece of line.pieces) {
      pdf.text(piece.text, at, top, { lineBreak: false, features: asDirected(piece) });
      at += widthOf(pdf)(piece);
    }
    pdf.x = x;
    pdf.y = top + pdf.currentLineHeight(true);
  }
}

/** Draws a text in one line: as much of it as there is room for. */
export function paintLine(
  pdf: Pdf,
  content: string,
  x: number,
  y: number,
  room: number,
  align: 'left' | 'right',
): void {
  if (!hasRightToLeft(content)) {
    const one = { width: room, lineBreak: false, height: pdf.currentLineHeight(true) * 1.2, ellipsis: true };
    pdf.text(content, x, y, { ...one, align });
    return;
  }
  const [line] = linesOf(content, room, widthOf(pdf));
  let at = x + (align === 'right' ? room - (line?.width ?? 0) : 0);
  for (const piece of line?.pieces ?? []) {
    pdf.text(piece.text, at, y, { lineBreak: false, features: asDirected(piece) });
    at += widthOf(pdf)(piece);
  }
}

/** Points that a text takes in one line. */
export const lineWidth = (pdf: Pdf, content: string): number =>
  hasRightToLeft(content)
    ? linesOf(content, Number.POSITIVE_INFINITY, widthOf(pdf)).reduce((most, line) => Math.max(most, line.width), 0)
    : pdf.widthOfString(content);

/** A paragraph of one kind in the structure; goes on over pages by itself. */
export function text(pdf: Pdf, parent: Structure, kind: string, content: string, style: TextStyle): void {
  const indent = style.indent ?? 0;
  parent.add(
    tagged(pdf, kind, content, () => {
      pdf
        .font(style.font)
        .fontSize(style.size)
        .fillColor(style.color ?? 'black');
      paint(pdf, content, MARGIN.left + indent, pdf.y, width(pdf) - indent, /^(P|H\d)$/.test(kind));
    }),
  );
  pdf.y += style.after;
}

/** Starts a new page unless so much room is left; half a point for what rounding adds up to. */
export function room(pdf: Pdf, height: number): void {
  if (pdf.y + height + 0.5 > floor(pdf)) pdf.addPage();
}

/** A line across the page, which is not read aloud. */
export function rule(pdf: Pdf, from = MARGIN.left, to = pdf.page.width - MARGIN.right, color = '#bbbbbb'): void {
  pdf.markContent('Artifact', { type: 'Layout' });
  pdf.moveTo(from, pdf.y).lineTo(to, pdf.y).lineWidth(0.4).strokeColor(color).stroke();
  pdf.endMarkedContent();
  pdf.y += 3;
}
