import { formTextsIn } from '../messages/texts.ts';

/** What a paper says around its text. */
export function frameWords(language: string) {
  const t = formTextsIn(language);
  return {
    none: t('papers.none'),
    page: (page: number, pages: number) => t('papers.page', { page, pages }),
    signFor: (party: string) => t('papers.sign-for', { party }),
    name: t('papers.sign-name'),
    role: t('papers.sign-role'),
    date: t('papers.sign-date'),
    signature: t('papers.sign-signature'),
  };
}
export type FrameWords = ReturnType<typeof frameWords>;
