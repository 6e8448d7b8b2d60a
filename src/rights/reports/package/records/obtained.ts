import type { PackageRecord } from '../model.ts';
import { type Speech, text } from './speech.ts';

/** Fields by which a row says that others gave it, and how the person was told of that (GDPR Art. 14). */
export const OBTAINED: readonly string[] = [
  ...(['obtainedFrom', 'obtainedAt', 'informBy', 'informedAt', 'informedUnder'] as const),
  ...(['informExemption', 'informExemptionReason'] as const),
];

/** Who gave it, and whether and how the person was told; nothing where it came from the person. */
export function obtainedInWords(record: PackageRecord, { t, law, day }: Speech): string[] {
  const [from, at, by, informed, under, exemption, reason] = OBTAINED.map((name) => text(record, name));
  const said: (string | false | undefined)[] = [
    from !== undefined && at !== undefined && t('records-in-words.obtained.from', { from, day: day(at) }),
    by !== undefined &&
      informed === undefined &&
      exemption === undefined &&
      t('records-in-words.obtained.by', { day: day(by), citation: law.cite('14(3)') }),
    informed !== undefined &&
      t('records-in-words.obtained.told', { day: day(informed), under: under ?? '', known: under ? 'yes' : 'no' }),
    exemption !== undefined &&
      t('records-in-words.obtained.exempt', {
        citation: law.cite(exemption.replace(/^14-5-([a-d])$/, '14(5)($1)')),
        reason: reason ?? '',
        known: reason ? 'yes' : 'no',
      }),
  ];
  return said.filter((one): one is string => typeof one === 'string');
}
