import { createHmac } from 'node:crypto';
import type { AccessService } from '../../foundations/access/service.ts';
import { entryText } from '../../foundations/audit/log/leaf.ts';
import { parseProof } from '../../foundations/audit/log/proof-file.ts';
import { type AuditRow, entriesAfter, findEntry } from '../../foundations/audit/table.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { cursorPageFrom, DEFAULT_PAGE } from '../../foundations/contract/cursor-page.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { checker } from '../../foundations/contract/validation.ts';
import { textsIn } from '../../foundations/messages/texts.ts';
import type { Signer } from '../../foundations/signing/signer.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { rulesInForce } from '../../register/policies/transitions.ts';
import { ruleAndWhose } from '../../register/policies/word-in-words.ts';
import { lawInWords } from '../../register/view/law-in-words.ts';
import { lawTerms } from '../../register/view/law-terms.ts';
import { senderOf } from '../../register/view/letterhead.ts';
import type { Register } from '../../register/view/service.ts';
import { certificateHash, type Finding, judgementOn, SIGNED_AS } from './document.ts';
import { Certificate, type CertificateBundle, type CertificateSummary } from './model.ts';
import { partiesOf } from './parties.ts';
import { renderCertificate } from './printed-page.ts';
import { type CertificateRow, certificatesBefore, findCertificate, insertCertificate } from './table.ts';

export interface CertificateDeps {
  store: Store;
  vault: Pick<Vault, 'key'>;
  policies: Pick<Policies, 'category'>;
  register: Pick<Register, 'view'>;
  signer: Signer;
  access: Pick<AccessService, 'labelsOf'>;
  merkleLog: {
    /** Text of an entry's `.tlog-proof`; undefined while no signed checkpoint covers it. */
    proofOf(tenantId: string, entryId: string): Promise<string | undefined>;
    keyIfSigned(tenantId: string): Promise<string | undefined>;
  };
}

/** The erasure or the sweep a certificate is about. */
export interface Act {
  kind: Certificate['kind'];
  actId: string;
  startedAt: Date;
}

/** What it knows of itself when it ends. */
export type Draft = Pick<Certificate, 'keyDestroyed' | 'asOf' | 'planDigest' | 'policyHash'> & {
  finishedAt: Date;
  /** After the second look; what it found, not what was meant. */
  findings: Omit<Finding, 'commitment'>[];
};

/** What the audit entry that ends the act must carry for the log to prove the certificate. */
interface Issued {
  certificate: Certificate;
  /** The id that entry must be given. */
  entryId: string;
  hash: string;
}

export type Certify = (tx: Query, draft: Draft) => Promise<Issued>;

type Actor = Certificate['approvedBy'][number];

const check = checker(Certificate, '');
const COMMITMENT_SCOPE = 'certificates';

/** Certificates of erasures and sweeps; the database lets nobody change one. */
export function createCertificates({ store, vault, policies, register, signer, access, merkleLog }: CertificateDeps) {
  async function read(context: Context, certificateId: string): Promise<Certificate> {
    const row = await store.read((q) => findCertificate(q, context.tenant.id, certificateId));
    const certificate = row && certificateIn(row);
    if (!certificate) throw new Problem('not-found', 'There is no certificate of this id.');
    return certificate;
  }

  async function bundle(context: Context, certificateId: string): Promise<CertificateBundle> {
    const certificate = await read(context, certificateId);
    const tenantId = context.tenant.id;
    const entryId = certificate.entries.last;
    const [row, proof, key] = await Promise.all([
      store.read((q) => findEntry(q, tenantId, entryId)),
      merkleLog.proofOf(tenantId, entryId),
      merkleLog.keyIfSigned(tenantId),
    ]);
    const { keys } = await signer.keySet();
    return {
      certificate,
      jws: await signer.sign(certificate, SIGNED_AS[certificate.kind]),
      key: keys[0] as CertificateBundle['key'],
      log: {
        entryId,
        entry: row && entryText(row),
        ...(proof === undefined ? {} : { index: parseProof(proof).index, proof }),
        key: key === undefined || proof === undefined ? undefined : key,
      },
    };
  }

  return {
    /**
     * Reads what the log says of how an act began, and answers what writes its certificate in the transaction that ends
     * it. The caller writes the audit entry of the answered id there, with the answered hash in its detail.
     */
    async prepare(context: Context, act: Act): Promise<Certify> {
      const { kind, actId, startedAt } = act;
      const { id: tenant, name: institution } = context.tenant;
      const { started, approved } = await store.read((q) => beginningsOf(q, tenant, act));
      const view = await register.view(context);
      const commitments = (started?.detail['commitments'] ?? {}) as Record<string, string>;
      return async (tx, { findings, finishedAt, ...draft }) => {
        const { holders, verdict, totals } = judgementOn(
          kind,
          findings.map((finding) => ({ ...finding, commitment: commitments[finding.rule ?? ''] ?? null })),
        );
        const entryId = uuidv7(finishedAt);
        const certificate: Certificate = {
          version: 1,
          kind,
          certificateId: uuidv7(finishedAt),
          actId,
          ...draft,
          tenant,
          institution,
          startedAt: startedAt.toISOString(),
          finishedAt: finishedAt.toISOString(),
          verdict,
          requestedBy: (started?.detail['requestedBy'] as Actor | undefined) ?? (started ? actorOf(started) : null),
          // Of an erasure the entry that begins it says who agreed.
          approvedBy: [...((started?.detail['approvedBy'] ?? []) as Actor[]), ...approved.map(actorOf)],
          entries: { first: started?.entryId ?? null, last: entryId },
          holders,
          totals,
          parties: partiesOf(view, holders),
        };
        const { certificateId } = certificate;
        await insertCertificate(tx, { tenantId: tenant, certificateId, kind, issuedAt: finishedAt, body: certificate });
        return { certificate, entryId, hash: certificateHash(certificate) };
      };
    },

    /**
     * Commitments to the rows each rule of a sweep is about to treat (REQ-E05): HMAC-SHA256 over the plan's digest of
     * their ids. They are written to the log before anything is destroyed, and the certificate repeats them; a hold that
     * comes or goes meanwhile changes its counts, not what was due. The salt is
     * derived from a key of the tenant that only the keyring holds, and is kept nowhere else: whoever has an old backup
     * can be shown that exactly its rows were due, and nobody without the keyring can try ids out. Ids are not kept.
     *
     * An erasure on request has no commitment: any salt that outlives the person's key would lead from a guessed account
     * id to the entries about that person, which nobody is to know any more.
     */
    async commitments(
      context: Context,
      asOf: Date,
      rules: { rule: string; digest: string; due: number }[],
    ): Promise<Record<string, string>> {
      const salt = (await vault.key(context.tenant.id, COMMITMENT_SCOPE)).derive('due', asOf.toISOString());
      return Object.fromEntries(
        rules.map(({ rule, digest, due }) => [
          rule,
          createHmac('sha256', salt).update(`${rule}\n${due}\n${digest}\n`).digest('hex'),
        ]),
      );
    },

    /** A certificate with its signature and its place in the log. @throws Problem `not-found` */
    get: bundle,

    async list(context: Context, page: { limit?: number; cursor?: string }) {
      const limit = page.limit ?? DEFAULT_PAGE;
      const rows = await store.read((q) => certificatesBefore(q, context.tenant.id, page.cursor, limit + 1));
      const { items, next } = cursorPageFrom(rows, limit, ({ certificateId }) => certificateId);
      return { items: items.flatMap(summaryOf), next };
    },

    /** The same as a page to read and print. @throws Problem `not-found` */
    async page(context: Context, certificateId: string): Promise<string> {
      const { certificate, key, log } = await bundle(context, certificateId);
      const { tenant } = context;
      const t = textsIn(tenant.language);
      const view = await register.view(context);
      const terms = lawTerms(tenant, t);
      return renderCertificate(certificate, {
        t,
        law: lawInWords(tenant, t),
        groundInWords: terms.stays,
        titleOf: (id) => {
          const category = policies.category(id);
          return category?.titles?.[t.language] ?? category?.title ?? id;
        },
        ruleInWords: (id) => {
          const rule = rulesInForce(view.policies).find((one) => one.id === id);
          return rule && ruleAndWhose(rule, view.policies, t);
        },
        labels: await access.labelsOf(
          [certificate.requestedBy, ...certificate.approvedBy].flatMap((by) => by?.id ?? []),
        ),
        keyId: key.kid,
        timeZone: context.tenant.timeZone,
        index: log.index,
        sender: senderOf(view),
      });
    },
  };
}

export type CertificateService = ReturnType<typeof createCertificates>;

/** A row is a certificate only if it says all that a certificate says; what else may stand there proves nothing. */
function certificateIn({ body }: CertificateRow): Certificate | undefined {
  try {
    check(body);
    return body as Certificate;
  } catch (fault) {
    if (fault instanceof Problem) return undefined;
    throw fault;
  }
}

function summaryOf(row: CertificateRow): CertificateSummary[] {
  const certificate = certificateIn(row);
  if (!certificate) return [];
  const { certificateId, kind, actId, verdict, totals } = certificate;
  return [{ certificateId, kind, issuedAt: row.issuedAt.toISOString(), actId, verdict, totals }];
}

const actorOf = ({ actor, role }: AuditRow) => ({ id: actor, role });

/** What begins an act; an erasure also when it is done again after a backup came back. */
const BEGINNINGS = {
  erasure: ['erasure.started', 'erasure.replayed'],
  sweep: ['sweep.started'],
  'visit-erasure': ['visit-erasure.started'],
} as const;

/** Entries of one action looked at to find those of one act: it is written down in the moment it begins. */
const CANDIDATES = 100;

/** The entries that begin an act and let it go on. */
async function beginningsOf(q: Query, tenantId: string, { kind, actId, startedAt }: Act) {
  const time = startedAt.getTime().toString(16).padStart(12, '0');
  // Entry ids are UUIDv7: everything of that millisecond and later.
  const from = `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
  const of = async (action: string) =>
    (await entriesAfter(q, tenantId, { action }, from, CANDIDATES)).filter(({ detail }) => detail[kind] === actId);
  let started: AuditRow | undefined;
  for (const action of BEGINNINGS[kind]) started ??= (await of(action))[0];
  return { started, approved: kind === 'sweep' ? await of('sweep.approved') : [] };
}
