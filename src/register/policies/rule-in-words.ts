import type { RetentionRule } from './model.ts';

type Language = 'en' | 'de';

const ACTION: Record<Language, Record<RetentionRule['action'], string>> = {
  en: {
    erase: 'erased',
    reduce: 'reduced to what is not identifying by itself',
    anonymise: 'turned into daily counts that belong to nobody',
    aggregate: 'summed up',
    pseudonymise: 'pseudonymised',
  },
  de: {
    erase: 'gelöscht',
    reduce: 'auf das verringert, was für sich niemanden erkennen lässt',
    anonymise: 'in Tageszahlen umgewandelt, die zu niemandem gehören',
    aggregate: 'zusammengezählt',
    pseudonymise: 'pseudonymisiert',
  },
};

const CLOCK: Record<Language, Record<RetentionRule['from'], string>> = {
  en: {
    occurred: 'it occurred',
    recorded: 'it was recorded',
    ended: 'it ended',
    'last-activity': 'the account was last used',
    updated: 'it was last changed',
    linked: 'it was linked',
  },
  de: {
    occurred: 'dem Ereignis',
    recorded: 'der Erfassung',
    ended: 'dem Ende',
    'last-activity': 'der letzten Nutzung des Kontos',
    updated: 'der letzten Änderung',
    linked: 'der Verknüpfung',
  },
};

const UNITS: Record<Language, Record<string, [one: string, more: string]>> = {
  en: { Y: ['year', 'years'], M: ['month', 'months'], W: ['week', 'weeks'], D: ['day', 'days'] },
  de: { Y: ['Jahr', 'Jahre'], M: ['Monat', 'Monate'], W: ['Woche', 'Wochen'], D: ['Tag', 'Tage'] },
};

/** `P6M` after `occurred`: "erased 6 months after it occurred". */
export function ruleInWords({ action, after, from, counted }: RetentionRule, language: Language = 'en'): string {
  const period = [...after.matchAll(/(\d{1,4})([YMWD])/g)]
    .map(([, n, unit]) => {
      const [one, more] = UNITS[language][unit as string] as [string, string];
      return `${n} ${n === '1' ? one : more}`;
    })
    .join(language === 'de' ? ' und ' : ' and ');
  return language === 'de'
    ? `${period} nach ${counted ? `dem Ende des Jahres, gerechnet ab ${CLOCK.de[from]},` : CLOCK.de[from]} ${ACTION.de[action]}`
    : `${ACTION.en[action]} ${period} after ${counted ? 'the end of the year in which ' : ''}${CLOCK.en[from]}`;
}
