import Type, { type Static } from 'typebox';
import type { Audit } from '../../foundations/audit/audit.ts';
import { pastInstant } from '../../foundations/contract/instant.ts';
import { closed } from '../../foundations/contract/schemas.ts';
import { faultOf, type RecordFault, type RecordImport } from '../../foundations/imports/record-import.ts';
import type { Store } from '../../foundations/store/store.ts';
import { SUBJECT_ID_PATTERN } from '../../foundations/vault/subjects.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import type { Policies } from '../../register/policies/policies.ts';
import type { Bringing } from '../retention/bringing.ts';
import { LINK_CATEGORY } from './links.ts';
import { findLinks, insertLink, moveLink } from './table.ts';

/** Which browser was whose, since when. */
export const LinkRecord = Type.Object(
  {
    kind: Type.Literal('link'),
    visitor: Type.String({ pattern: SUBJECT_ID_PATTERN, description: 'The random id of the visitor.' }),
    account: Type.String({ pattern: SUBJECT_ID_PATTERN, description: 'The platform’s user id, without `account:`.' }),
    linkedAt: Type.String({ format: 'date-time', maxLength: 40, description: 'When it became known.' }),
  },
  { ...closed, title: 'LinkRecord' },
);
export type LinkRecord = Static<typeof LinkRecord>;

interface LinkImportDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  policies: Pick<Policies, 'of'>;
  bringing: Bringing;
}

interface Link {
  line: number;
  visitorId: string;
  accountId: string;
  linkedAt: Date;
}

/** Which of two links of one visitor stands. */
const before = (one: Omit<Link, 'line'>, other: Omit<Link, 'line'>): boolean =>
  one.linkedAt.getTime() === other.linkedAt.getTime() ? one.accountId < other.accountId : one.linkedAt < other.linkedAt;

/**
 * One browser’s choices belong to one person: to the first it was linked to. In whatever order links come, the earliest
 * stands, and each later one of another account is told of as a fault where the earlier is known already.
 */
export function createLinkImport({
  store,
  audit,
  vault,
  policies,
  bringing,
}: LinkImportDeps): RecordImport<LinkRecord> {
  return {
    kind: 'link',
    schema: LinkRecord,
    identitiesOf: ({ visitor, account, linkedAt }) => [`${visitor} ${account} ${new Date(linkedAt).toISOString()}`],

    async decide(context, records) {
      const tenantId = context.tenant.id;
      const faults: RecordFault[] = [];
      const links: Link[] = [];
      for (const { line, record } of records)
        try {
          policies.of(tenantId).requireCategory(LINK_CATEGORY);
          const linkedAt = pastInstant('/linkedAt', record.linkedAt, context.clock());
          const accountId = await vault.subjectId(tenantId, 'account', record.account);
          const visitorId = await vault.subjectId(tenantId, 'visitor', record.visitor);
          links.push({ line, visitorId, accountId, linkedAt });
        } catch (error) {
          faults.push(faultOf(line, error));
        }
      const guarded = links.map(({ line, visitorId, accountId }) => ({
        line,
        pointer: '/account',
        who: { account: accountId, visitors: [visitorId] },
        subjectId: accountId,
        categories: [LINK_CATEGORY],
        overwrites: false,
      }));
      faults.push(...(await store.read((q) => bringing.faultsOf(q, context, guarded))));
      const visitors = links.map(({ visitorId }) => visitorId);
      const first = new Map<string, Omit<Link, 'line'>>(
        (await store.read((q) => findLinks(q, tenantId, visitors))).map((link) => [link.visitorId, link]),
      );
      const out = new Set(faults.map(({ line }) => line));
      for (const link of links) {
        const known = first.get(link.visitorId);
        if (!out.has(link.line) && (!known || before(link, known))) first.set(link.visitorId, link);
      }
      for (const { line, visitorId, accountId } of links)
        if (!out.has(line) && first.get(visitorId)?.accountId !== accountId) {
          faults.push({ line, pointer: '/visitor', detail: LINKED });
          out.add(line);
        }
      const free = links.filter((link) => !out.has(link.line));
      return {
        faults,
        prepare: async () => {
          const recheck = await bringing.recheck(
            context,
            guarded.filter(({ line }) => !out.has(line)),
          );
          const commitments = await Promise.all(free.map(({ accountId }) => vault.commitment(tenantId, accountId)));
          return async (tx) => {
            await recheck(tx);
            const standing = new Map((await findLinks(tx, tenantId, visitors)).map((link) => [link.visitorId, link]));
            for (const [n, { visitorId, accountId, linkedAt }] of free.entries()) {
              const link = { tenantId, visitorId, accountId, linkedAt };
              const known = standing.get(visitorId);
              if (!known) await insertLink(tx, link);
              else if (before(link, known)) await moveLink(tx, link);
              else continue;
              standing.set(visitorId, link);
              const moved = known !== undefined && known.accountId !== accountId;
              const detail = moved ? { inPlaceOfALaterOne: true } : {};
              await audit.add(tx, context, { action: 'subject.link-imported', subject: commitments[n], detail });
            }
          };
        },
      };
    },
  };
}

const LINKED = 'is linked to another account since earlier; one browser’s choices belong to one person';
