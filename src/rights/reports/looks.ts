import type { Texts } from '../../foundations/messages/texts.ts';

export interface Look {
  at: string;
  what: string;
  purpose: string;
  purposeInWords: string;
  role: string;
}

/** What an entry `personal-data.read` says to the person (C-579/21): when, at what, why, in which role. */
export function lookInWords(at: Date, role: string, detail: Record<string, unknown>, t: Texts): Look {
  const [what, purpose] = [String(detail['what']), String(detail['purpose'])];
  return {
    at: at.toISOString(),
    what: t.maybe(`package.look.${what}`) ?? t('package.look.other'),
    purpose,
    purposeInWords: t.maybe(`package.look-purpose.${purpose}`) ?? t('package.look-purpose.other'),
    role,
  };
}
