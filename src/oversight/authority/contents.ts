import type { Context } from '../../foundations/contract/context.ts';
import { renderHtml } from '../../foundations/print/html.ts';
import type { PrintDocument } from '../../foundations/print/model.ts';
import { renderPdf } from '../../foundations/print/pdf.ts';
import { subProcessorFeed, subProcessorList, subProcessorPage } from '../../register/sub-processors/public-list.ts';
import { registerDocument } from '../../register/view/document.ts';
import { checkNotices } from '../../register/view/notice-completeness.ts';
import type { Register } from '../../register/view/service.ts';
import type { BreachService } from '../breaches/service.ts';
import type { FindingsService } from '../findings/service.ts';
import type { OfficerTask } from '../officer/model.ts';
import type { OfficerService } from '../officer/service.ts';
import { annexesDocument } from '../records/annexes-page.ts';
import { COLUMN_SET_IDS } from '../records/columns.ts';
import { recordDocument } from '../records/printed-page.ts';
import { scheduleDocument } from '../records/schedule.ts';
import { type RecordsService, recordAsCsv } from '../records/service.ts';

export interface ContentDeps {
  register: Pick<Register, 'view'>;
  records: RecordsService;
  breaches: Pick<BreachService, 'asOf' | 'registerPageAsOf'>;
  findings: Pick<FindingsService, 'list'>;
  officer: Pick<OfficerService, 'tasks'>;
  listUrl(tenantId: string): string;
}

/** The two instants a pack is of, both given: what was true then, by what had been recorded. */
export interface Instants {
  at: Date;
  knownAt: Date;
}

export type PackFile = [name: string, content: string | Uint8Array];

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/**
 * What an authority asks for (GDPR Art. 30(4), 31, 33(5); REQ-A49), file by file, one in memory at a time. The same
 * instants give the same files, whenever it is asked.
 */
export async function* contentsOf(deps: ContentDeps, context: Context, asOf: Instants): AsyncGenerator<PackFile> {
  const { register, records, breaches, findings, officer } = deps;
  const view = await register.view(context, asOf);
  const paper = async function* (name: string, document: PrintDocument): AsyncGenerator<PackFile> {
    yield [`${name}.html`, renderHtml(document)];
    yield [`${name}.pdf`, await renderPdf(document, asOf.at)];
  };

  for (const set of COLUMN_SET_IDS) {
    const record = await records.record(context, { set, ...asOf });
    yield [`records/${set}.json`, json(record)];
    yield [`records/${set}.csv`, recordAsCsv(record)];
    yield* paper(`records/${set}`, recordDocument(record, view));
  }
  yield ['register.json', json(registerDocument(view))];
  for (const agreement of view.agreements) {
    const { annexes } = await records.annexes(context, agreement.agreementId, asOf);
    const name = `agreements/${agreement.agreementId}`;
    yield [`${name}.json`, json(agreement)];
    yield [`${name}-annexes.json`, json(annexes)];
    yield* paper(`${name}-annexes`, annexesDocument(annexes, view));
  }
  const list = subProcessorList(view);
  yield ['sub-processors/list.json', json(list)];
  yield ['sub-processors/changes.json', json(view.changes)];
  yield ['sub-processors/changes.atom', subProcessorFeed(list, deps.listUrl(context.tenant.id), view.tenant)];
  yield* paper('sub-processors/list', subProcessorPage(list, view));
  yield [
    'transfers.json',
    json(
      view.activities.flatMap(({ id, chain }) =>
        chain.flatMap(({ party, engaged, transfers }) =>
          transfers.map((transfer) => ({ activity: id, recipient: party.name, engaged, ...transfer })),
        ),
      ),
    ),
  ];
  yield [
    'research-safeguards.json',
    json(
      view.activities.flatMap(({ id, activity: { safeguards } }) =>
        safeguards ? [{ activity: id, ...safeguards }] : [],
      ),
    ),
  ];
  const schedule = await records.schedule(context, asOf);
  yield ['retention-schedule.json', json(schedule)];
  yield* paper('retention-schedule', scheduleDocument(schedule, view));
  yield ['notices/completeness.json', json(checkNotices(view))];
  yield* paper('notices/completeness', await records.notices(context, asOf));
  for (const { id, version, texts } of view.policies.notices)
    for (const [language, { text }] of Object.entries(texts)) yield [`notices/${id}/${version}/${language}.md`, text];
  for (const party of view.parties)
    if (party.dataProtectionOfficer) yield [`officers/${party.id}.json`, json(party.dataProtectionOfficer)];
  const tasks: OfficerTask[] = [];
  for (let cursor: string | undefined; ; ) {
    const { items, next } = await officer.tasks(context, { limit: 200, cursor, until: asOf.knownAt });
    tasks.push(...items);
    if (next === null) break;
    cursor = next;
  }
  yield ['officers/tasks.json', json(tasks)];
  yield ['findings.json', json(await findings.list(context, asOf))];
  const recorded = await breaches.asOf(context, asOf.knownAt);
  yield ['breaches/register.json', json(recorded)];
  yield* paper('breaches/register', await breaches.registerPageAsOf(recorded, view));
}
