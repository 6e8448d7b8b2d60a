import { createHash } from 'node:crypto';
import type { RetentionService } from '../../../data/retention/service.ts';
import type { Audit } from '../../../foundations/audit/audit.ts';
import { indexesOfEach } from '../../../foundations/audit/subject-index.ts';
import type { Context } from '../../../foundations/contract/context.ts';
import type { ExternalHolder } from '../../../foundations/holders/external.ts';
import type { Holder, Person } from '../../../foundations/holders/holder.ts';
import type { Signer } from '../../../foundations/signing/signer.ts';
import type { Query, Store } from '../../../foundations/store/store.ts';
import { uuidv7 } from '../../../foundations/store/uuid.ts';
import { parseSubjectRef, subjectOf } from '../../../foundations/vault/subjects.ts';
import { packageScope, type Vault } from '../../../foundations/vault/vault.ts';
import type { Policies } from '../../../register/policies/policies.ts';
import { senderOf } from '../../../register/view/letterhead.ts';
import type { Register } from '../../../register/view/service.ts';
import type { JoinedPortal } from '../../portals/model.ts';
import { knownPerson, type MissingHolder, profileEmail, recordsInside, recordsOutside } from '../copy.ts';
import { historyOf } from '../history.ts';
import { lookInWords } from '../looks.ts';
import { type LogProofs, openingsOf, PROVEN } from '../openings.ts';
import { createRedactor, organisationAddresses, type Redactor } from '../redaction.ts';
import { withheldColumns } from '../withheld.ts';
import {
  dropPieces,
  GATHERED_FROM,
  inPieces,
  ORDER_AT,
  type PieceKeeper,
  readPiece,
  writePiece,
  ZIP_AT,
} from './chunks.ts';
import type { Contents } from './contents.ts';
import { SHOWN_ROWS } from './document.ts';
import { cited, factsOf, leftOutReason, rightsOfOthers } from './facts.ts';
import { createGathering, type Gathering } from './gather.ts';
import type { Language, Manifest, PackageInput, PackageRecord, RedactionDecisions } from './model.ts';
import { type Speech, speechOf, titleOf } from './records/speech.ts';
import type { PackageRow } from './table.ts';
import { LISTS, writePackage } from './write.ts';

export interface MakingDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  policies: Policies;
  register: Pick<Register, 'view'>;
  /** The service itself in another portal. */
  contextIn(context: Context, tenantId: string): Promise<Context | undefined>;
  holders: Holder[];
  externalHolders: ExternalHolder[];
  consent: { linkedSubjects(context: Context, subjectId: string, q?: Query): Promise<string[]> };
  retention: Pick<RetentionService, 'keptBecause'>;
  signer: Pick<Signer, 'sign'>;
  merkleLog: LogProofs & { advance(clock: Context['clock']): Promise<number> };
}

/** What is kept of an order in the row: codes, never values. */
export interface StoredOrder {
  language: Language;
  redact: NonNullable<PackageInput['redact']>;
  disclose: NonNullable<PackageInput['disclose']>;
  /** Other portals whose data goes with it, as far as the same controllers answer. */
  portals?: JoinedPortal[];
  /** How often its making began. */
  attempts: number;
  /** Once it is made: records in it, and pieces of the ZIP. */
  records?: number;
  pieces?: number;
  /** Released for a passphrase: pieces and bytes of the encrypted ZIP. */
  encrypted?: { pieces: number; bytes: number };
  /** Released by link: how often it was opened, and when first. */
  openings?: number;
  firstOpenedAt?: string;
}

export const orderOf = ({ order }: Pick<PackageRow, 'order'>): StoredOrder => order as unknown as StoredOrder;

/** The person in another portal that goes with it. */
interface Elsewhere {
  there: Context;
  portal: JoinedPortal;
  subjectIds: string[];
}

export interface MadePackage {
  manifest: Manifest;
  bytes: number;
  pieces: number;
  sha256: string;
}

/** Makes packages: gathers every row about a person once, and writes the files from what was gathered. */
export function createMaking(deps: MakingDeps) {
  const { store, audit, vault, policies, register, holders, externalHolders, consent, signer, merkleLog } = deps;

  async function keeperOf({ tenantId, packageId }: PackageRow): Promise<PieceKeeper> {
    const key = await vault.existingKey(tenantId, packageScope(packageId));
    if (!key) throw new Error(`The key of package ${packageId} is gone.`);
    return { tenantId, packageId, key };
  }

  /**
   * Everything about the person, of one instant. Holders in the database are read inside one snapshot (SQLite: a read
   * transaction on a connection of its own; PostgreSQL: REPEATABLE READ), which ends as soon as their rows are gathered;
   * writers do not wait for it. Holders outside have no common instant and are asked afterwards, once each.
   */
  async function gather(context: Context, row: PackageRow, gathering: Gathering, keeper: PieceKeeper) {
    const { tenant } = context;
    const { language, redact, disclose } = orderOf(row);
    const ref = parseSubjectRef((await readPiece(store, keeper, ORDER_AT)).toString('utf8'));
    const { subjectId } = await subjectOf(vault, tenant.id, ref);
    const view = await register.view(context);
    const say = speechOf(view, language);
    const { t } = say;
    const decisions = new Map<string, PackageRecord>();
    const redactor = createRedactor({ redact, disclose, organisations: organisationAddresses(view) });
    const wanted = new Set(
      view.policies.categories
        .filter(({ anonymous }) => !anonymous)
        .filter(
          (category) =>
            row.kind === 'access' || leftOutReason(category, view.covering({ category: category.id })) === undefined,
        )
        .map(({ id }) => id),
    );
    const add = async (found: Parameters<Redactor['apply']>[0]) => {
      const { category } = found.record;
      if (!wanted.has(category)) return;
      const record = redactor.apply(found);
      if (category === 'consents.decision') noteDecision(decisions, record);
      await gathering.add(category, record, Object.keys(record.fields));
      for (const [field, reason] of Object.entries(record.redacted ?? {})) {
        const one = { category, record: record.id, field, reason };
        await gathering.add(LISTS.redactions, one, Object.keys(one));
      }
    };

    /** Of another portal: only what the same controllers answer for, and each record says which portal it is of. */
    const addOf = async (there: Context, { categories }: JoinedPortal, found: Parameters<typeof add>[0]) => {
      if (!categories.includes(found.record.category)) return;
      const { record } = found;
      const id = `${there.tenant.id}/${record.id}`;
      await add({ ...found, record: { ...record, id, fields: { portal: there.tenant.name, ...record.fields } } });
    };
    const elsewhere: Elsewhere[] = [];
    for (const portal of orderOf(row).portals ?? []) {
      const there = await deps.contextIn(context, portal.tenant);
      if (!there) continue;
      const found = await subjectOf(vault, there.tenant.id, ref);
      elsewhere.push({ there, portal, subjectIds: await consent.linkedSubjects(there, found.subjectId) });
    }

    let email: string | undefined;
    const entries: string[] = [];
    let kept = new Map<string, string[]>();
    const subjectIds = await store.snapshot(async (q) => {
      const ids = ref.kind === 'account' ? await consent.linkedSubjects(context, subjectId, q) : [subjectId];
      const person: Person = { tenantId: tenant.id, timeZone: tenant.timeZone, subjectIds: ids };
      // Whose address is whose must be known before the first text is looked at.
      for await (const one of recordsInside(
        q,
        holders.filter(({ id }) => id === 'profiles'),
        person,
      )) {
        email ??= profileEmail(one);
        if (email !== undefined) redactor.owns(email);
      }
      for await (const one of recordsInside(q, holders, person)) await add(one);
      for (const { there, subjectIds: ids, portal } of elsewhere) {
        const { id: tenantId, timeZone } = there.tenant;
        for await (const one of recordsInside(q, holders, { tenantId, timeZone, subjectIds: ids }))
          await addOf(there, portal, one);
      }
      if (row.kind === 'access')
        for await (const { entryId, recordedAt, action, role, detail } of historyOf(
          q,
          tenant.id,
          await indexesOfEach(vault, tenant.id, ids),
        )) {
          entries.push(entryId);
          if (entries.length > PROVEN) entries.shift();
          const entry = { at: recordedAt.toISOString(), action, role };
          await gathering.add(LISTS.history, entry, Object.keys(entry));
          if (action !== 'personal-data.read') continue;
          const look = lookInWords(recordedAt, role, detail, t);
          await gathering.add(LISTS.accessLog, look, Object.keys(look));
        }
      if (row.kind === 'access') kept = await deps.retention.keptBecause(q, context, ids, t.language);
      return ids;
    });
    const missing: MissingHolder[] = [];
    const known = knownPerson(context, ref, email);
    for await (const one of recordsOutside(externalHolders, known, (holder) => missing.push(holder))) await add(one);
    for (const { there, portal } of elsewhere)
      for await (const one of recordsOutside(externalHolders, knownPerson(there, ref, email), (holder) =>
        missing.push(holder),
      ))
        await addOf(there, portal, one);
    await gathering.close();

    const held = view.policies.categories.filter(({ id }) => wanted.has(id) && gathering.count(id) > 0);
    const titled = held.map((category) => ({ id: category.id, title: titleOf(category, t) }));
    const contents: Contents = {
      packageId: row.packageId,
      say,
      facts: factsOf(row.kind as Manifest['kind'], {
        view,
        policies: policies.of(context.tenant.id),
        say,
        decisions,
        language,
        snapshotAt: row.snapshotAt,
        subjectKind: ref.kind,
        missing,
        linkedVisitors: subjectIds.length - 1,
        portals: elsewhere.map(({ there }) => there.tenant.name),
        countOf: gathering.count,
        kept,
      }),
      letterhead: senderOf(view).letterhead,
      rows: gathering,
      categories: titled.map(({ id, title }) => ({ category: id, title })),
      decided: decisionsIn(orderOf(row), say),
      withheld: [
        ...(titled.length > 0
          ? [
              {
                what: t('package.data-of-others'),
                reason: cited(t('package.data-of-others-why'), rightsOfOthers(row.kind, say), say),
              },
            ]
          : []),
        ...withheldColumns(holders, titled),
      ],
      log:
        row.kind === 'access'
          ? await openingsOf(
              { vault, merkleLog },
              tenant.id,
              subjectIds,
              entries.map((entryId) => ({ entryId })),
            )
          : undefined,
    };
    return { contents, subjectIds, elsewhere };
  }

  /** The entry that records the making, and what proves it once the log is signed. */
  async function recordMaking(
    context: Context,
    row: PackageRow,
    subjectId: string | undefined,
    contents: string,
    elsewhere: readonly Elsewhere[],
    also: (tx: Query) => Promise<void>,
  ): Promise<Manifest['log']> {
    const tenantId = context.tenant.id;
    const subject = subjectId === undefined ? undefined : await vault.existingCommitment(tenantId, subjectId);
    const others = await Promise.all(
      elsewhere.map(async ({ there, subjectIds: [id] }) => ({
        there,
        subject: id === undefined ? undefined : await vault.existingCommitment(there.tenant.id, id),
      })),
    );
    const entryId = uuidv7(context.clock());
    await store.write(async (tx) => {
      await also(tx);
      for (const { there, subject: known } of others)
        await audit.add(tx, there, {
          action: 'package.included',
          subject: known,
          detail: { package: row.packageId, kind: row.kind, portal: tenantId },
        });
      await audit.add(tx, context, {
        action: 'package.made',
        entryId,
        policyHash: row.policyHash,
        subject,
        detail: { package: row.packageId, kind: row.kind, contents },
      });
    });
    // What is wrong with another log must not hold up this package; whoever runs the logs is told elsewhere.
    await merkleLog.advance(context.clock).catch(() => 0);
    const proof = await merkleLog.proofOf(tenantId, entryId);
    return {
      entryId,
      entry: (await merkleLog.entryAt(tenantId, entryId)) ?? null,
      proof: proof ?? null,
      key: (await merkleLog.keyIfSigned(tenantId)) ?? null,
    };
  }

  return {
    keeperOf,

    /**
     * Makes a package from the beginning: what an earlier attempt left is thrown away. `alive` is part of every
     * transaction, so that whoever lost the work to another process cannot go on.
     */
    async make(context: Context, row: PackageRow, alive: (tx: Query) => Promise<void>): Promise<MadePackage> {
      const keeper = await keeperOf(row);
      await dropPieces(store, keeper, GATHERED_FROM);
      const gathering = createGathering(store, keeper, { first: SHOWN_ROWS, also: alive });
      const { contents, subjectIds, elsewhere } = await gather(context, row, gathering, keeper);
      let pieces = 0;
      let bytes = 0;
      const hash = createHash('sha256');
      const zip = inPieces(async (piece) => {
        hash.update(piece);
        await writePiece(store, keeper, ZIP_AT + pieces, piece, alive);
        pieces += 1;
        bytes += piece.length;
      });
      const manifest = await writePackage(
        contents,
        {
          record: (digest) => recordMaking(context, row, subjectIds[0], digest, elsewhere, alive),
          sign: (made) => signer.sign(made, 'package-manifest+jws'),
        },
        zip.add,
      );
      await zip.flush();
      await gathering.discard();
      return { manifest, bytes, pieces, sha256: hash.digest('hex') };
    },
  };
}

function noteDecision(newest: Map<string, PackageRecord>, record: PackageRecord): void {
  const purpose = String(record.fields['purpose']);
  const before = newest.get(purpose);
  if (!before || before.at <= record.at) newest.set(purpose, record);
}

function decisionsIn({ redact, disclose }: StoredOrder, say: Speech): RedactionDecisions {
  return [
    ...redact.map(({ category, field, reason }) => ({
      category,
      field,
      decision: 'redact' as const,
      reason,
      reasonInWords: say.code('package.redaction', reason),
    })),
    ...disclose.map(({ category, field, reason }) => ({
      category,
      field,
      decision: 'disclose' as const,
      reason,
      reasonInWords: say.code('package.disclosed', reason),
    })),
  ];
}
