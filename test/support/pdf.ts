import { getDocumentProxy } from 'unpdf';

/** One page as a reader has it: its text in order, and the kinds of the structure it is part of. */
interface ReadPage {
  text: string;
  /** Where each piece of text stands, in points from the lower left corner. */
  pieces: { text: string; x: number; y: number; width: number; height: number }[];
  structure: string[];
}

interface Node {
  role?: string;
  type?: string;
  children?: Node[];
}

/** Reads a PDF as a viewer would. */
export async function readPdf(
  bytes: Buffer,
): Promise<{ pages: ReadPage[]; language: unknown; title: unknown; tagged: boolean }> {
  const document = await getDocumentProxy(new Uint8Array(bytes), {
    verbosity: 0,
    useSystemFonts: false,
  });
  const info = (await document.getMetadata()).info as Record<string, unknown>;
  const marks = (await document.getMarkInfo()) as { Marked?: boolean } | null;
  const pages: ReadPage[] = [];
  for (let n = 1; n <= document.numPages; n += 1) {
    const page = await document.getPage(n);
    const { items } = await page.getTextContent();
    const roles: string[] = [];
    // Only what has content on this page.
    const walk = (node: Node | null): boolean => {
      if (node?.type === 'content') return true;
      const inside = (node?.children ?? []).map(walk).some(Boolean);
      if (node?.role && inside) roles.push(node.role);
      return inside;
    };
    walk((await page.getStructTree()) as Node | null);
    const pieces = items.flatMap((item) => {
      if (!('str' in item) || item.str.trim() === '') return [];
      const [x, y] = item.transform.slice(4) as [number, number];
      return [{ text: item.str, x, y, width: item.width, height: item.height }];
    });
    pages.push({ pieces, text: items.map((item) => ('str' in item ? item.str : '')).join(''), structure: roles });
  }
  await document.loadingTask.destroy();
  return { pages, language: info['Language'], title: info['Title'], tagged: marks?.Marked === true };
}
