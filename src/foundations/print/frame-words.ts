import { textsIn } from '../messages/texts.ts';
import type { PrintDocument } from './model.ts';

/** What a paper says around its text. */
export function frameWords(language: PrintDocument['language']) {
  const t = textsIn(language);
  // The register of the CNIL is in French for whoever reads it.
  const cnil = language === 'fr';
  return {
    none: t(cnil ? 'papers.cnil-none' : 'papers.none'),
    page: (page: number, pages: number) => t(cnil ? 'papers.cnil-page' : 'papers.page', { page, pages }),
    signFor: (party: string) => t(cnil ? 'papers.cnil-sign-for' : 'papers.sign-for', { party }),
    name: t(cnil ? 'papers.cnil-sign-name' : 'papers.sign-name'),
    role: t(cnil ? 'papers.cnil-sign-role' : 'papers.sign-role'),
    date: t(cnil ? 'papers.cnil-sign-date' : 'papers.sign-date'),
    signature: t(cnil ? 'papers.cnil-sign-signature' : 'papers.sign-signature'),
  };
}
export type FrameWords = ReturnType<typeof frameWords>;
