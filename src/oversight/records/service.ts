import { stringify } from 'csv-stringify/sync';
import type { Context } from '../../foundations/contract/context.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import type { Texts } from '../../foundations/messages/texts.ts';
import type { PrintDocument } from '../../foundations/print/model.ts';
import { vocabularyNames } from '../../law/vocabularies/versions.ts';
import { requireId } from '../../register/policies/known.ts';
import { wordMember } from '../../register/policies/whose-word.ts';
import type { AsOf, Register } from '../../register/view/service.ts';
import type { ActivityRecord, ChainLink, PartyRecord, RegisterView } from '../../register/view/view-model.ts';
import { type Annexes, annexesOf } from './annexes.ts';
import type { RecordLine } from './cells.ts';
import { COLUMN_SETS, type ColumnSet, textsOf, titleOf } from './columns.ts';
import type { ProcessingRecord } from './model.ts';
import { noticesDocument } from './notices.ts';
import { type RetentionSchedule, retentionSchedule } from './schedule.ts';

export interface RecordQuestion extends AsOf {
  set: ColumnSet;
  /** Whose record; default the institution, for Art. 30(2) whoever processes for it. */
  party?: string | undefined;
}

/** Records of processing (GDPR Art. 30), generated from the register that runs (REQ-G01, G03). */
export function createRecords({ register }: { register: Pick<Register, 'view'> }) {
  return {
    /** @throws Problem naming a party the register of that time does not have. */
    async record(context: Context, { set, party, ...asOf }: RecordQuestion): Promise<ProcessingRecord> {
      const view = await register.view(context, asOf);
      if (party !== undefined) requireId('?party', 'party', party, view.parties);
      const whose = party === undefined ? usual(view, set) : view.party(party);
      if (!whose) throw invalidField('?party', 'must name whose record: nobody is the usual one');
      const columns = COLUMN_SETS[set];
      const t = textsOf(set, view.tenant);
      const lines = view.activities.flatMap((activity) => linesOf(view, whose, activity, set, t));
      const rows = lines.map((line) => ({
        activity: line.activity.id,
        cells: Object.fromEntries(columns.map(({ id, cell }) => [id, cell(line)])),
        ...wordMember(view.policies, 'activities', line.activity.id),
      }));
      return {
        set,
        title: titleOf(set, view.tenant, t),
        language: t.language,
        party: { id: whose.id, name: whose.name },
        tenant: view.tenant.id,
        at: view.at.toISOString(),
        knownAt: view.knownAt.toISOString(),
        policyHash: view.policyHash,
        vocabularies: vocabularyNames(),
        columns: columns.map(({ id, title, mandatory }) => ({ id, title: title(t), mandatory })),
        rows,
        emptyMandatory: rows.flatMap(({ activity, cells }) =>
          columns
            .filter(({ id, mandatory }) => mandatory && (cells[id] ?? []).every((text) => text.trim() === ''))
            .map(({ id }) => ({ activity, column: id })),
        ),
      };
    },

    /** The annexes of an agreement (Decision (EU) 2021/915), with the view they were made from. */
    async annexes(
      context: Context,
      agreementId: string,
      asOf: AsOf = {},
    ): Promise<{ annexes: Annexes; view: RegisterView }> {
      const view = await register.view(context, asOf);
      const agreement = view.agreements.find((one) => one.agreementId === agreementId);
      if (!agreement) throw new Problem('not-found', 'There is no such agreement here.');
      return { annexes: annexesOf(view, agreement), view };
    },

    /** The register that all of these are made from. */
    view: (context: Context, asOf: AsOf = {}): Promise<RegisterView> => register.view(context, asOf),

    /** What each notice must tell by Art. 13 and 14, and whether it does (REQ-A19), to read and file. */
    notices: async (context: Context, asOf: AsOf = {}): Promise<PrintDocument> =>
      noticesDocument(await register.view(context, asOf)),

    /** How long what is kept (for the public too). */
    schedule: async (context: Context, asOf: AsOf = {}): Promise<RetentionSchedule> =>
      retentionSchedule(await register.view(context, asOf)),
  };
}

export type RecordsService = ReturnType<typeof createRecords>;

/** RFC 4180, a first line with the titles; what a spreadsheet would take for a formula is made harmless. */
export function recordAsCsv({ columns, rows }: ProcessingRecord): string {
  return stringify(
    [
      columns.map(({ title }) => title),
      ...rows.map(({ cells }) => columns.map(({ id }) => (cells[id] ?? []).join('; '))),
    ],
    { bom: true, escape_formulas: true, record_delimiter: 'windows' },
  );
}

const isController = ({ role }: ChainLink) => role === 'controller' || role === 'joint-controller';

function usual(view: RegisterView, set: ColumnSet): PartyRecord {
  const institution = view.parties.find(({ kind }) => kind === 'tenant');
  if (!institution) throw new Problem('not-found', 'The policies of that time have no party for the institution.');
  if (set !== 'article-30-2') return institution;
  const link = view.activities
    .flatMap(({ chain }) => chain)
    .find(({ role, actsFor }) => role === 'processor' && actsFor === institution.id);
  if (!link) throw new Problem('not-found', 'Nobody processes for the institution: name a party.');
  return link.party;
}

/** The lines of one activity in somebody's record: as controller once, as processor once per controller. */
function linesOf(
  view: RegisterView,
  party: PartyRecord,
  activity: ActivityRecord,
  set: ColumnSet,
  t: Texts,
): RecordLine[] {
  const link = activity.chain.find((one) => one.party.id === party.id && one.engaged);
  if (!link) return [];
  const processes = link.role === 'processor' || link.role === 'sub-processor';
  const asController = isController(link) && set !== 'article-30-2';
  const asProcessor = processes && set !== 'article-30-1' && set !== 'cnil';
  if (!asController && !asProcessor) return [];
  const controllers = isController(link) ? [party] : activity.controllers;
  return controllers.map((controller) => ({ view, party, role: link.role, activity, controller, t }));
}
