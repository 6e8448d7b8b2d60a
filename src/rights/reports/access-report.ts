import type { ConsentService } from '../../data/consent/service.ts';
import type { RetentionService } from '../../data/retention/service.ts';
import type { Audit } from '../../foundations/audit/audit.ts';
import { showing } from '../../foundations/audit/reading.ts';
import { indexesOfEach } from '../../foundations/audit/subject-index.ts';
import type { AuditRow } from '../../foundations/audit/table.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { masked } from '../../foundations/contract/special-text.ts';
import type { ExternalHolder } from '../../foundations/holders/external.ts';
import type { Holder, Person } from '../../foundations/holders/holder.ts';
import { textsIn } from '../../foundations/messages/texts.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { parseSubjectRef, subjectOf } from '../../foundations/vault/subjects.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import { articleOf, rightsUnder, rightsUnderAny } from '../../law/rights.ts';
import type { LawfulBasis } from '../../law/vocabulary.ts';
import type { Category, ErasureRequestRule } from '../../register/policies/model.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { periodsInWords } from '../../register/policies/word-in-words.ts';
import { automatedDecisionInWords } from '../../register/view/automated-decisions.ts';
import { authorityOf, lawInWords } from '../../register/view/law-in-words.ts';
import { type LawTerms, lawTerms } from '../../register/view/law-terms.ts';
import type { Register } from '../../register/view/service.ts';
import type { ChainLink, RegisterView } from '../../register/view/view-model.ts';
import {
  type FoundRecord,
  knownPerson,
  type MissingHolder,
  profileEmail,
  recordsInside,
  recordsOutside,
} from './copy.ts';
import { historyOf } from './history.ts';
import { lookInWords } from './looks.ts';
import type { AccessReport, ReportCategory } from './model.ts';
import { type LogProofs, openingsOf, PROVEN } from './openings.ts';
import { createRedactor, organisationAddresses, type Redactor } from './redaction.ts';
import { withheldColumns } from './withheld.ts';

export interface ReportDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  policies: Policies;
  register: Pick<Register, 'view'>;
  holders: Holder[];
  externalHolders: ExternalHolder[];
  consent: Pick<ConsentService, 'linkedSubjects'>;
  merkleLog: LogProofs;
  retention: Pick<RetentionService, 'keptBecause'>;
}

/** Entries of a person's history that a report shows at most. */
const HISTORY = 10_000;

/** An item may have many contributors: of a shared record each is shown only what is about them. */
const OF_OTHERS = {
  what: 'Data of other people, such as further contributors of the same item',
  reason: 'It is about them, not about you (GDPR Art. 15(4)).',
};

const SOURCE_IN_WORDS: Record<Category['source'], string> = {
  person: 'given by you',
  platform: 'passed on by the platform',
  observed: 'observed when you used the portal',
  computed: 'computed from other data',
};

export function createAccessReports({
  store,
  audit,
  vault,
  policies,
  register,
  holders,
  externalHolders,
  consent,
  merkleLog,
  retention,
}: ReportDeps) {
  /**
   * Everything every holder has about one person, seen at one instant. Also the negative answer is an answer
   * (REQ-A22). Generating it is itself an entry of the log.
   */
  async function generate(context: Context, reference: string): Promise<AccessReport> {
    const { tenant } = context;
    const ref = parseSubjectRef(reference);
    const { subjectId } = await subjectOf(vault, tenant.id, ref);
    const generatedAt = context.clock();

    let email: string | undefined;
    const { records, subjectIds, history, kept } = await store.snapshot(async (q) => {
      const subjectIds = ref.kind === 'account' ? await consent.linkedSubjects(context, subjectId, q) : [subjectId];
      const person: Person = { tenantId: tenant.id, timeZone: tenant.timeZone, subjectIds };
      const found: FoundRecord[] = [];
      for await (const one of recordsInside(q, holders, person)) {
        found.push(one);
        email ??= profileEmail(one);
      }
      return {
        records: found,
        subjectIds,
        history: await capped(q, tenant.id, subjectIds),
        kept: await retention.keptBecause(q, context, subjectIds, 'en'),
      };
    });
    const missing: MissingHolder[] = [];
    const known = knownPerson(context, ref, email);
    for await (const one of recordsOutside(externalHolders, known, (one) => missing.push(one))) records.push(one);

    showing(context, ...subjectIds);
    const view = await register.view(context);
    const { policies } = view;
    const authority = authorityOf(view);
    const personal = policies.categories.filter(({ anonymous }) => !anonymous);
    const redactor = createRedactor({ redact: [], disclose: [], organisations: organisationAddresses(view) });
    if (email !== undefined) redactor.owns(email);
    const counts = Object.fromEntries(
      personal.map(({ id }) => [id, records.filter(({ record }) => record.category === id).length]),
    );
    const heldIn = personal.filter(({ id }) => (counts[id] ?? 0) > 0);
    const report: AccessReport = {
      held: records.length > 0,
      generatedAt: generatedAt.toISOString(),
      institution: view.parties.find(({ kind }) => kind === 'tenant')?.name ?? tenant.name,
      subjectKind: ref.kind,
      linkedVisitors: subjectIds.length - 1,
      policyHash: policies.hash,
      categories: heldIn.map((category) => ({
        ...describe(category, view, records, redactor),
        keptBecause: kept.get(category.id) ?? [],
      })),
      searched: personal.map(({ id, title }) => ({ category: id, title })),
      counts,
      missing,
      withheld: withheldOf(
        heldIn,
        records.some(({ record }) => record.special),
      ),
      ...rightsAgainst(
        heldIn.flatMap(({ id }) => view.covering({ category: id }).map(({ basis }) => basis)),
        termsOf(view),
      ),
      complaint: {
        authority: authority.name,
        contact: authority.contact,
      },
      automatedDecisions: automatedDecisionsIn(view),
      readings: readingsOf(history, context),
      log: await openingsOf({ vault, merkleLog }, tenant.id, subjectIds, history.slice(-PROVEN)),
      history: history.map(({ recordedAt, action, role }) => ({ at: recordedAt.toISOString(), action, role })),
    };
    const commitment = await vault.existingCommitment(tenant.id, subjectId);
    await store.write(async (tx) => {
      await audit.add(tx, context, {
        action: 'report.generated',
        subject: commitment,
        policyHash: policies.hash,
        detail: { held: report.held, records: records.length },
      });
    });
    return report;
  }

  /** What the audit log has about an account and the visitors linked to it, in order of time. */
  async function capped(q: Query, tenantId: string, subjectIds: string[]): Promise<AuditRow[]> {
    const entries: AuditRow[] = [];
    for await (const entry of historyOf(q, tenantId, await indexesOfEach(vault, tenantId, subjectIds))) {
      entries.push(entry);
      if (entries.length === HISTORY) break;
    }
    return entries;
  }

  const withheldOf = (categories: Category[], special: boolean): AccessReport['withheld'] =>
    categories.length > 0
      ? [OF_OTHERS, ...(special ? [SPECIAL_TEXT] : []), ...withheldColumns(holders, categories)]
      : [];

  function describe(
    category: Category,
    view: RegisterView,
    records: FoundRecord[],
    redactor: Redactor,
  ): Omit<ReportCategory, 'keptBecause'> {
    const terms = termsOf(view);
    return {
      category: category.id,
      title: category.title,
      source: SOURCE_IN_WORDS[category.source],
      activities: view.covering({ category: category.id }).map(({ title, purpose, basis, chain }) => ({
        title,
        purpose: purpose.title['en'] ?? purpose.id,
        basis,
        basisInWords: terms.basis(basis),
        rights: rightsUnder(basis).flatMap(({ right, exists }) => (exists === 'no' ? [] : [articleOf(right)])),
        parties: chain.filter(({ engaged }) => engaged).map((link) => partyInWords(link, view)),
        transfers: chain
          .filter(({ engaged }) => engaged)
          .flatMap(({ party, transfers }) =>
            transfers.map(({ country, tool }) => ({
              country,
              tool,
              importer: party.name,
              toolInWords: terms.transferTool(tool),
            })),
          ),
      })),
      retention: periodsInWords(category, view.policies, textsIn('en'), terms.exception),
      onErasureRequest: requestInWords(policies.of(view.tenant.id).erasureRequestFor(category.id), terms),
      records: records
        .filter(({ record }) => record.category === category.id)
        .sort((a, b) => a.record.at.getTime() - b.record.at.getTime() || (a.record.id < b.record.id ? -1 : 1))
        .map((one) => {
          const { table: _, ...shown } = redactor.apply(one);
          return one.record.special ? { ...shown, fields: maskedFields(shown.fields, one.record.special) } : shown;
        }),
    };
  }

  return { generate };
}

/** The report as JSON speaks English; a person is given the package. */
const termsOf = ({ tenant }: RegisterView): LawTerms => lawTerms(tenant, textsIn('en'));

/** Only the rights the bases give are offered; of the others the reason is told (REQ-A08). Art. 77 stands by itself. */
function rightsAgainst(
  bases: readonly LawfulBasis[],
  terms: LawTerms,
): Pick<AccessReport, 'rights' | 'rightsNotGiven'> {
  const rights: AccessReport['rights'] = [];
  const rightsNotGiven: AccessReport['rightsNotGiven'] = [];
  for (const standing of rightsUnderAny(bases)) {
    const { right, exists } = standing;
    const reason = terms.bound(standing);
    const named = { article: articleOf(right), right: terms.right(right) };
    if (exists === 'no') rightsNotGiven.push({ ...named, reason: reason ?? '' });
    else if (right !== 'A77') rights.push({ ...named, limit: reason });
  }
  return { rights, rightsNotGiven };
}

/** A recipient by name (C-154/21), with where it can be reached and where it keeps the data. */
function partyInWords(link: ChainLink, view: RegisterView): ReportCategory['activities'][number]['parties'][number] {
  const { name, contact, country } = link.party;
  const places = link.places.map((place) => place.country);
  return {
    name,
    role: link.role,
    does: link.does,
    onBehalfOf: link.actsFor === null ? null : (view.party(link.actsFor)?.name ?? link.actsFor),
    contact: contact ?? null,
    countries: [...new Set(places.length > 0 ? places : country ? [country] : [])],
  };
}

/** One person alone makes this report; the package, which a second one approves, has the words themselves. */
const SPECIAL_TEXT = {
  what: 'Free text marked as telling of a special category of data',
  reason: 'It is masked here and stands in the package for the person, which a second officer approves (GDPR Art. 9).',
};

const maskedFields = <T extends object>(fields: T, special: string[]): T =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, special.includes(name) ? masked(value) : value]),
  ) as T;

function automatedDecisionsIn({ activities, tenant }: RegisterView): string {
  const t = textsIn('en');
  const decided = activities.flatMap(({ title, activity }) => {
    const inWords = automatedDecisionInWords(activity, t, lawInWords(tenant, t));
    return inWords ? [`${title}: ${inWords}`] : [];
  });
  return decided.length > 0
    ? decided.join(' ')
    : 'No decision with legal or similar effect is made automatically (GDPR Art. 22).';
}

/** Every look by a person that the history has, and the one that made this report. */
function readingsOf(history: AuditRow[], { clock, principal, reading }: Context): AccessReport['readings'] {
  const looks = history
    .filter(({ action }) => action === 'personal-data.read')
    .map(({ recordedAt, role, detail }) => lookInWords(recordedAt, role, detail, textsIn('en')));
  return reading ? [...looks, lookInWords(clock(), principal.role, { ...reading }, textsIn('en'))] : looks;
}

function requestInWords(rule: ErasureRequestRule | undefined, terms: LawTerms): string {
  if (!rule || rule.action === 'erase') return 'erased';
  const ground = rule.ground ? `: ${terms.exception(rule.ground)}` : '';
  return rule.action === 'reduce' ? `reduced to the minimum${ground}` : `kept${ground}`;
}
