import { checkNotices } from '../../register/view/notice-completeness.ts';
import type { RegisterView } from '../../register/view/view-model.ts';
import { found } from './found.ts';
import type { Finding } from './model.ts';

/** Notices that do not tell people everything that the activities they are about make necessary. */
export function noticeFindings(view: RegisterView): Finding[] {
  return checkNotices(view).flatMap(({ notice, version, gaps }) => {
    if (gaps.length === 0) return [];
    const byPoint = new Map<string, { article: string; tells: string; languages: string[] }>();
    for (const { point, article, tells, language } of gaps) {
      const known = byPoint.get(point);
      if (known) known.languages.push(language);
      else byPoint.set(point, { article, tells, languages: [language] });
    }
    const told = [...byPoint.values()].map(
      ({ article, tells, languages }) => `${tells} (${article}; ${languages.join(', ')})`,
    );
    return [found('notice-incomplete', { notice }, `Version ${version} does not tell: ${told.join('; ')}.`)];
  });
}
