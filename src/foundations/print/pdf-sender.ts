import type { FrameWords } from './frame-words.ts';
import type { Block, Sender } from './model.ts';
import {
  GREY,
  heightOf,
  MARGIN,
  type Pdf,
  paint,
  rule,
  SIZE,
  type Structure,
  tagged,
  text,
  width,
} from './pdf-text.ts';

const LOGO = { width: 150, height: 48 };
const TOP = 36;

/** The letterhead of the first page: name, address, and at the right the logo, which says nothing the name does not. */
export function sender(pdf: Pdf, root: Structure, { institution, letterhead }: Sender): void {
  const { lines, logo } = letterhead ?? { lines: [] };
  pdf.y = TOP;
  let taken = 0;
  if (logo) {
    const scale = Math.min(LOGO.width / logo.width, LOGO.height / logo.height);
    taken = logo.width * scale + 16;
    pdf.markContent('Artifact', { type: 'Layout' });
    const at = pdf.page.width - MARGIN.right - logo.width * scale;
    pdf.image(Buffer.from(logo.base64, 'base64'), at, TOP, { width: logo.width * scale, height: logo.height * scale });
    pdf.endMarkedContent();
    pdf.y = TOP;
  }
  const line = (content: string, font: 'plain' | 'bold', size: number) => {
    root.add(
      tagged(pdf, 'P', content, () => {
        pdf
          .font(font)
          .fontSize(size)
          .fillColor(font === 'bold' ? 'black' : GREY);
        paint(pdf, content, MARGIN.left, pdf.y, width(pdf) - taken);
      }),
    );
    pdf.y += 1;
  };
  line(institution, 'bold', SIZE.h3);
  for (const one of lines) line(one, 'plain', SIZE.small);
  pdf.y = Math.max(pdf.y, logo ? TOP + LOGO.height : 0) + 5;
  rule(pdf);
  pdf.y += 12;
}

const LINE = 34;

export const signatureHeight = (pdf: Pdf): number => {
  pdf.font('plain').fontSize(SIZE.text);
  return 26 + pdf.currentLineHeight(true) + 2 * LINE;
};

type Signature = Extract<Block, { kind: 'signature' }>;

/** Lines to sign on: who, as what, where and when. */
export function signature(pdf: Pdf, root: Structure, block: Signature, words: FrameWords): void {
  pdf.y += 14;
  text(pdf, root, 'P', words.signFor(block.party), { font: 'bold', size: SIZE.text, after: 4 });
  const half = width(pdf) / 2;
  const rows = [
    [words.name, block.name ?? '', words.role, block.role ?? ''],
    [words.date, '', words.signature, ''],
  ] as const;
  for (const [leftLabel, left, rightLabel, right] of rows) {
    const top = pdf.y;
    for (const [n, label, value] of [
      [0, leftLabel, left],
      [1, rightLabel, right],
    ] as const) {
      const x = MARGIN.left + n * half;
      const room = half - 16;
      root.add(
        tagged(pdf, 'P', `${label} ${value}`, () => {
          pdf.font('plain').fontSize(SIZE.text).fillColor('black');
          const high = heightOf(pdf, value || ' ', room);
          paint(pdf, value, x, top + LINE - 13 - high, room);
          pdf.fontSize(SIZE.small).fillColor(GREY);
          paint(pdf, label, x, top + LINE - 10, room);
        }),
      );
      pdf.y = top + LINE - 12;
      rule(pdf, x, x + room, 'black');
    }
    pdf.x = MARGIN.left;
    pdf.y = top + LINE;
  }
  pdf.y += 8;
}
