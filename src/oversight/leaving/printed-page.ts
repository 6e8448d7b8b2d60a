import { selector, textsIn } from '../../foundations/messages/texts.ts';
import type { Block, PrintDocument } from '../../foundations/print/model.ts';
import { certificateHash } from './certificate.ts';
import type { DepartureCertificate } from './model.ts';

/** The certificate as a paper to read, print and file. */
export function certificatePage(certificate: DepartureCertificate, language: string): PrintDocument {
  const t = textsIn(language);
  const { returned, erased, outside, kept } = certificate;
  const instant = (at: string) => t.instant(new Date(at), 'UTC');
  const table = (caption: string, columns: string[], rows: string[][]): Block[] =>
    rows.length === 0 ? [] : [{ kind: 'table', caption, columns, rows }];
  return {
    title: t('departures.title'),
    subtitle: t('departures.number', { id: certificate.certificateId }),
    language: t.language,
    institution: certificate.institution,
    date: instant(certificate.finishedAt),
    blocks: [
      {
        kind: 'paragraph',
        text: t('departures.verdict', { verdict: selector(certificate.verdict) }),
        note: certificate.verdict === 'incomplete',
      },
      {
        kind: 'facts',
        rows: [
          [t('departures.institution'), `${certificate.institution} (${certificate.tenant})`],
          [t('departures.law'), t('departures.law-in-words')],
          [t('departures.choice'), t('departures.choice-in-words', { choice: certificate.choice })],
          [t('departures.reason'), t('departures.reason-in-words', { reason: selector(certificate.reason) })],
          [t('departures.ends-on'), t.day(certificate.endsOn)],
          ...(returned
            ? ([
                [
                  t('departures.returned'),
                  t('departures.returned-in-words', { at: instant(returned.at), manifest: returned.manifest }),
                ],
                [
                  t('departures.acknowledged'),
                  certificate.acknowledgedAt ? instant(certificate.acknowledgedAt) : t('departures.not-acknowledged'),
                ],
              ] as [string, string][])
            : []),
          [t('departures.from'), instant(certificate.startedAt)],
          [t('departures.until'), instant(certificate.finishedAt)],
          [t('departures.keys'), String(certificate.keysDestroyed)],
        ],
      },
      { kind: 'paragraph', text: t('departures.backups') },
      ...table(
        t('departures.erased'),
        [t('departures.table'), t('departures.rows'), t('departures.left')],
        erased.map((one) => [one.table, String(one.rows), String(one.left)]),
      ),
      ...table(
        t('departures.outside'),
        [
          t('departures.holder'),
          t('departures.people'),
          t('departures.rows'),
          t('departures.left'),
          t('departures.unreached'),
        ],
        outside.map((one) => [one.holder, ...[one.people, one.removed, one.left, one.unreached].map(String)]),
      ),
      ...table(
        t('departures.kept'),
        [t('departures.table'), t('departures.kept-rows'), t('departures.ground'), t('departures.kept-until')],
        kept.map((one) => [
          one.table,
          String(one.rows),
          t('departures.ground-in-words', { ground: selector(one.ground) }),
          t.day(one.until),
        ]),
      ),
      { kind: 'heading', level: 2, text: t('departures.check') },
      { kind: 'paragraph', text: t('departures.check-how') },
      { kind: 'paragraph', text: `SHA-256 ${certificateHash(certificate)}` },
      { kind: 'signature', party: certificate.institution },
    ],
  };
}
