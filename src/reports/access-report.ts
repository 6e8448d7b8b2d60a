import { audit } from '../audit/audit.ts';
import { showing } from '../audit/reading.ts';
import { type AuditRow, entriesAfter } from '../audit/table.ts';
import type { ConsentService } from '../consent/service.ts';
import type { Context } from '../context.ts';
import type { ExportedRecord, Holder, Person } from '../holders/holder.ts';
import { READING_PURPOSES, type ReadingPurpose } from '../law/reading-purposes.ts';
import { articleOf, RIGHT_IN_WORDS, rightsUnder, rightsUnderAny } from '../law/rights.ts';
import { TRANSFER_TOOL_IN_WORDS } from '../law/vocabularies/transfer-tools.ts';
import { BASIS_IN_WORDS, basisPoint, EXCEPTION_IN_WORDS, type LawfulBasis } from '../law/vocabulary.ts';
import type { Category, ErasureRequestRule } from '../register/model.ts';
import type { Register } from '../register/register.ts';
import { ruleInWords } from '../register/rule-in-words.ts';
import type { RegisterService } from '../register/service.ts';
import type { ChainLink, RegisterView } from '../register/view-model.ts';
import type { Query, Store } from '../store/store.ts';
import { parseSubjectRef, subjectOf } from '../vault/subjects.ts';
import { commitmentUnder, subjectScope, type Vault } from '../vault/vault.ts';
import type { AccessReport, ReportCategory } from './model.ts';

export interface ReportDeps {
  store: Store;
  vault: Vault;
  register: Register;
  registers: Pick<RegisterService, 'view'>;
  holders: Holder[];
  consent: Pick<ConsentService, 'linkedSubjects'>;
  merkleLog: {
    proofOf(tenantId: string, entryId: string): Promise<string | undefined>;
    leafAt(tenantId: string, entryId: string): Promise<string | undefined>;
    keyIfSigned(tenantId: string): Promise<string | undefined>;
  };
}

/** Entries of a person's history that a report shows at most. */
const HISTORY = 10_000;
/** Entries that come with their proof; of the others the id is told, and the log itself is public. */
const PROVEN = 200;

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

export function createAccessReports({ store, vault, register, registers, holders, consent, merkleLog }: ReportDeps) {
  /**
   * Everything every holder has about one person, seen at one instant. Also the negative answer is an answer
   * (REQ-A22). Generating it is itself an entry of the log.
   */
  async function generate(context: Context, reference: string): Promise<AccessReport> {
    const { tenant } = context;
    const ref = parseSubjectRef(reference);
    const { subjectId } = await subjectOf(vault, tenant.id, ref);
    const generatedAt = context.clock();

    const { records, subjectIds, history } = await store.snapshot(async (q) => {
      const subjectIds = ref.kind === 'account' ? await consent.linkedSubjects(context, subjectId, q) : [subjectId];
      const person: Person = { tenantId: tenant.id, timeZone: tenant.timeZone, subjectIds };
      const found: ExportedRecord[] = [];
      for (const holder of holders) for await (const record of holder.export(q, person)) found.push(record);
      const entries = await historyOf(q, tenant.id, subjectIds);
      return { records: found, subjectIds, history: entries };
    });

    showing(context, ...subjectIds);
    const view = await registers.view(context);
    const { policies } = view;
    const personal = policies.categories.filter(({ anonymous }) => !anonymous);
    const counts = Object.fromEntries(
      personal.map(({ id }) => [id, records.filter(({ category }) => category === id).length]),
    );
    const heldIn = personal.filter(({ id }) => (counts[id] ?? 0) > 0);
    const report: AccessReport = {
      held: records.length > 0,
      generatedAt: generatedAt.toISOString(),
      institution: view.parties.find(({ kind }) => kind === 'tenant')?.name ?? tenant.name,
      subjectKind: ref.kind,
      linkedVisitors: subjectIds.length - 1,
      policyHash: policies.hash,
      categories: heldIn.map((category) => describe(category, view, records)),
      searched: personal.map(({ id, title }) => ({ category: id, title })),
      counts,
      withheld: withheldFrom(heldIn),
      ...rightsAgainst(heldIn.flatMap(({ id }) => view.covering({ category: id }).map(({ basis }) => basis))),
      complaint: {
        authority: policies.installation.supervisoryAuthority.name,
        contact: policies.installation.supervisoryAuthority.contact,
      },
      automatedDecisions: automatedDecisionsIn(view),
      readings: readingsOf(history, context),
      log: await logOf(tenant.id, subjectIds, history),
      history: history.map(({ recordedAt, action, role }) => ({ at: recordedAt.toISOString(), action, role })),
    };
    const commitment = await commitmentOf(tenant.id, subjectId);
    await store.write(async (tx) => {
      await audit.add(tx, context, {
        action: 'report.generated',
        ...(commitment === undefined ? {} : { subject: commitment }),
        policyHash: policies.hash,
        detail: { held: report.held, records: records.length },
      });
    });
    return report;
  }

  /** What the person needs to find and check their own entries in the public log. */
  async function logOf(tenantId: string, subjectIds: string[], history: AuditRow[]): Promise<AccessReport['log']> {
    const openings: AccessReport['log']['openings'] = [];
    for (const subject of subjectIds) {
      const opening = await vault.opening(tenantId, subject);
      if (opening)
        openings.push({ commitment: commitmentUnder(opening, subject), key: opening.toString('hex'), subject });
    }
    const entries: AccessReport['log']['entries'] = [];
    for (const { entryId } of history.slice(-PROVEN)) {
      const proof = await merkleLog.proofOf(tenantId, entryId);
      const entry = proof === undefined ? undefined : await merkleLog.leafAt(tenantId, entryId);
      entries.push({ entryId, entry: entry ?? null, proof: proof ?? null });
    }
    return { key: (await merkleLog.keyIfSigned(tenantId)) ?? null, openings, entries, howToVerify: HOW_TO_VERIFY };
  }

  /** Undefined when there is no key: asking must not make one. */
  async function commitmentOf(tenantId: string, subjectId: string): Promise<string | undefined> {
    const known = await vault.existingKey(tenantId, subjectScope(subjectId));
    return known && vault.commitment(tenantId, subjectId);
  }

  /** What the audit log has about an account and the visitors linked to it, in order of time. */
  async function historyOf(q: Query, tenantId: string, subjectIds: string[]): Promise<AuditRow[]> {
    const entries: AuditRow[] = [];
    for (const subjectId of subjectIds) {
      const subject = await commitmentOf(tenantId, subjectId);
      if (subject !== undefined) entries.push(...(await entriesAfter(q, tenantId, { subject }, undefined, HISTORY)));
    }
    return entries.sort((a, b) => (a.entryId < b.entryId ? -1 : 1)).slice(0, HISTORY);
  }

  /** What stands in the records of these categories and is not shown, each with the reason. */
  function withheldFrom(categories: Category[]): AccessReport['withheld'] {
    const titles = new Map(categories.map(({ id, title }) => [id, title]));
    const withheld: AccessReport['withheld'] = categories.length > 0 ? [OF_OTHERS] : [];
    for (const columns of holders.flatMap((holder) => Object.values(holder.describe().columns)))
      for (const [column, claim] of Object.entries(columns)) {
        const title = 'category' in claim && claim.exportedAs === null ? titles.get(claim.category) : undefined;
        if (title !== undefined && 'reason' in claim && claim.reason !== undefined)
          withheld.push({ what: `${title}: ${column}`, reason: claim.reason });
      }
    return withheld;
  }

  function describe(category: Category, view: RegisterView, records: ExportedRecord[]): ReportCategory {
    return {
      category: category.id,
      title: category.title,
      source: SOURCE_IN_WORDS[category.source],
      activities: view.covering({ category: category.id }).map(({ title, purpose, basis, chain }) => ({
        title,
        purpose: purpose.title['en'] ?? purpose.id,
        basis,
        basisInWords: BASIS_IN_WORDS[basisPoint(basis)],
        rights: rightsUnder(basis).flatMap(({ right, exists }) => (exists === 'no' ? [] : [articleOf(right)])),
        parties: chain.filter(({ engaged }) => engaged).map((link) => partyInWords(link, view)),
        transfers: chain
          .filter(({ engaged }) => engaged)
          .flatMap(({ party, transfers }) =>
            transfers.map(({ country, tool }) => ({
              ...{ country, tool, importer: party.name },
              toolInWords: TRANSFER_TOOL_IN_WORDS[tool],
            })),
          ),
      })),
      retention: register.rulesFor(category.id).map(ruleInWords),
      onErasureRequest: requestInWords(register.erasureRequestFor(category.id)),
      records: records
        .filter((record) => record.category === category.id)
        .sort((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1))
        .map(({ id, at, fields }) => ({ id, at: at.toISOString(), fields })),
    };
  }

  return { generate };
}

/** Only the rights the bases give are offered; of the others the reason is told (REQ-A08). Art. 77 stands by itself. */
function rightsAgainst(bases: readonly LawfulBasis[]): Pick<AccessReport, 'rights' | 'rightsNotGiven'> {
  const rights: AccessReport['rights'] = [];
  const rightsNotGiven: AccessReport['rightsNotGiven'] = [];
  for (const { right, exists, reason } of rightsUnderAny(bases)) {
    const named = { article: articleOf(right), right: RIGHT_IN_WORDS[right] };
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
    ...{ name, role: link.role, does: link.does },
    onBehalfOf: link.actsFor === null ? null : (view.party(link.actsFor)?.name ?? link.actsFor),
    contact: contact ?? null,
    countries: [...new Set(places.length > 0 ? places : country ? [country] : [])],
  };
}

function automatedDecisionsIn({ activities }: RegisterView): string {
  const decided = activities.flatMap(({ title, activity }) =>
    activity.automatedDecisions ? [`${title}: ${activity.automatedDecisions}`] : [],
  );
  return decided.length > 0
    ? decided.join(' ')
    : 'No decision with legal or similar effect is made automatically (GDPR Art. 22).';
}

const HOW_TO_VERIFY =
  'Every entry of the log about you names you by a commitment. To check one: HMAC-SHA-256 of `subject` under `key` (hex), ' +
  'its first 32 characters, must be the `subject` of the entry; SHA-256 of a zero byte and the entry leads through the ' +
  'hashes of `proof` to the root of a signed checkpoint (RFC 9162). "lethe log mine FILE" does all of it offline. Keep ' +
  'this part to yourself: whoever has it can tell which entries are about you.';

const WHAT_IN_WORDS: Record<string, string> = {
  revealAddress: 'full address of a visit (two persons agreed)',
  bulkExport: 'export of everybody’s data (two persons agreed)',
  getProfile: 'profile',
  searchProfiles: 'profile, found by e-mail address',
  getConsent: 'one decision on consent',
  getConsentStates: 'what stands on consent',
  getConsentHistory: 'all decisions on consent',
  getReceipt: 'receipt of a decision',
  searchVisits: 'visits, found by address',
  getAssociation: 'part in an item',
  listAssociations: 'parts in items',
  listItemAssociations: 'people of an item',
  listAssociationsToReview: 'published records due for review',
  getAccessReport: 'report of everything held',
  searchAuditEntries: 'what was done with the data',
  getAdmission: 'whether an erased person is kept out',
};

function readingInWords(at: Date, role: string, detail: Record<string, unknown>): AccessReport['readings'][number] {
  const [what, purpose] = [String(detail['what']), String(detail['purpose'])];
  return {
    at: at.toISOString(),
    what: WHAT_IN_WORDS[what] ?? what,
    purpose,
    purposeInWords: READING_PURPOSES[purpose as ReadingPurpose] ?? purpose,
    role,
  };
}

/** Every look by a person that the history has, and the one that made this report. */
function readingsOf(history: AuditRow[], { clock, principal, reading }: Context): AccessReport['readings'] {
  const looks = history
    .filter(({ action }) => action === 'personal-data.read')
    .map(({ recordedAt, role, detail }) => readingInWords(recordedAt, role, detail));
  return reading ? [...looks, readingInWords(clock(), principal.role, { ...reading })] : looks;
}

function requestInWords(rule: ErasureRequestRule | undefined): string {
  if (!rule || rule.action === 'erase') return 'erased';
  const ground = rule.ground ? `: ${EXCEPTION_IN_WORDS[rule.ground]}` : '';
  return rule.action === 'reduce' ? `reduced to the minimum${ground}` : `kept${ground}`;
}
