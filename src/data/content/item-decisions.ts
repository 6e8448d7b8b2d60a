import { randomBytes } from 'node:crypto';
import Type, { type Static } from 'typebox';
import type { Context } from '../../foundations/contract/context.ts';
import { line, toNfc } from '../../foundations/contract/personal-text.ts';
import { invalidField } from '../../foundations/contract/problem.ts';
import { closed } from '../../foundations/contract/schemas.ts';
import type { ItemOrder } from '../../foundations/holders/holder.ts';
import { textsIn } from '../../foundations/messages/texts.ts';
import type { Store } from '../../foundations/store/store.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import { endOfPeriod } from '../../law/duration.ts';
import { ERASURE_EXCEPTIONS, nearest } from '../../law/vocabulary.ts';
import { DOI_INPUT_PATTERN, doiLink, parseDoi } from './identifiers.ts';
import { sealName } from './sealing.ts';
import { type AssociationRow, findAssociation } from './table.ts';

/** What an officer decides of one item of a person who is erased (GDPR Art. 17(3); REQ-A29, A31). */
export const ItemDecision = Type.Object(
  {
    doi: Type.String({ maxLength: 600, pattern: DOI_INPUT_PATTERN, description: 'The item.' }),
    decision: Type.Enum(['keep', 'rename', 'pseudonym', 'remove'], {
      description:
        'keep: the public minimum under the name as published; rename: under another name; pseudonym: under one that names nobody, without ORCID iD; remove: nothing stays.',
    }),
    name: Type.Optional(line(300, 'Of rename: the name from now on.')),
    ground: Type.Optional(
      Type.String({ maxLength: 100, description: 'Of what stays: the exception of Art. 17(3), a DPV term.' }),
    ),
    reviewAfter: Type.Optional(
      Type.String({ pattern: '^P[0-9]{1,3}[YMD]$', description: 'Of what stays: when to look at it again.' }),
    ),
  },
  { ...closed, title: 'ItemDecision' },
);
export type ItemDecision = Static<typeof ItemDecision>;

/** Each item with what becomes of it, to look at before it is ordered. */
export interface DecidedItem {
  doi: string;
  decision: ItemDecision['decision'];
  ground: string | null;
  reviewAt: string | null;
}

/** The decisions on single items, held against what the person has, and ready to be carried out by the holder. */
export function createItemDecisions({ store, vault }: { store: Store; vault: Vault }) {
  /** @throws Problem naming the decision that cannot be, and why. */
  async function rowsOf(context: Context, subjectIds: string[], items: ItemDecision[]): Promise<AssociationRow[][]> {
    const seen = new Map<string, number>();
    const found: AssociationRow[][] = [];
    for (const [index, item] of items.entries()) {
      const at = `/items/${index}`;
      const doi = parseDoi(item.doi);
      if (doi === undefined) throw invalidField(`${at}/doi`, 'must be a DOI, such as 10.5072/abc');
      if (seen.has(doi)) throw invalidField(`${at}/doi`, `is decided on already, at /items/${seen.get(doi)}`);
      seen.set(doi, index);
      const rows = await store.read(async (q) => {
        const each: AssociationRow[] = [];
        for (const subjectId of subjectIds) {
          const row = await findAssociation(q, context.tenant.id, subjectId, doi);
          if (row) each.push(row);
        }
        return each;
      });
      if (rows.length === 0) throw invalidField(`${at}/doi`, 'is no item of this person');
      check(item, at, rows);
      found.push(rows);
    }
    return found;
  }

  return {
    /** @throws Problem naming the decision that cannot be, and why. */
    async resolve(context: Context, subjectIds: string[], items: ItemDecision[]): Promise<ItemOrder[]> {
      if (items.length === 0) return [];
      const rows = await rowsOf(context, subjectIds, items);
      const { id: tenantId, language } = context.tenant;
      // What stands on an item for somebody who is not named; the same on all items of one erasure.
      const pseudonym = textsIn(language)('public-lists.pseudonym', { number: randomBytes(4).toString('hex') });
      const named = items.some(({ decision }) => decision === 'rename' || decision === 'pseudonym');
      const seal = named ? await sealName(vault, store.tables, tenantId) : undefined;
      return items.flatMap(({ decision, name, ground, reviewAfter }, index) =>
        (rows[index] ?? []).map((row): ItemOrder => {
          const text = decision === 'pseudonym' ? pseudonym : decision === 'rename' ? toNfc(name ?? '') : undefined;
          return {
            id: row.associationId,
            category: `content.${row.visibility}-association`,
            decision,
            name: text === undefined || !seal ? undefined : seal(row.associationId, text).toString('base64'),
            ground,
            reviewAt: reviewAfter === undefined ? undefined : reviewOf(context, reviewAfter),
          };
        }),
      );
    },

    /** The same for whoever looks at it. */
    shown: (context: Context, items: ItemDecision[]): DecidedItem[] =>
      items.map(({ doi, decision, ground, reviewAfter }) => ({
        doi: doiLink(parseDoi(doi) ?? doi),
        decision,
        ground: ground ?? null,
        reviewAt: reviewAfter === undefined ? null : reviewOf(context, reviewAfter),
      })),
  };
}

const reviewOf = ({ clock, tenant }: Context, after: string): string =>
  endOfPeriod(clock(), after, tenant.timeZone).toISOString();

function check({ decision, name, ground, reviewAfter }: ItemDecision, at: string, rows: AssociationRow[]): void {
  if ((decision === 'rename') !== (name !== undefined))
    throw invalidField(`${at}/name`, decision === 'rename' ? 'is required to rename' : 'belongs to rename only');
  if (decision === 'remove') {
    if (ground !== undefined || reviewAfter !== undefined)
      throw invalidField(at, 'must have neither ground nor reviewAfter: nothing of it stays');
    return;
  }
  if (rows.some(({ visibility }) => visibility !== 'public'))
    throw invalidField(`${at}/decision`, 'must be remove: only of what is published something may stay');
  if (ground === undefined || !(ERASURE_EXCEPTIONS as readonly string[]).includes(ground)) {
    const like = ground === undefined ? [] : nearest(ground, ERASURE_EXCEPTIONS);
    const wanted = like.length > 0 ? like : ERASURE_EXCEPTIONS;
    throw invalidField(`${at}/ground`, `must be an exception of GDPR Art. 17(3), such as ${wanted.join(', ')}`);
  }
  if (reviewAfter === undefined) throw invalidField(`${at}/reviewAfter`, 'is required for what stays');
}

export type ItemDecisionService = ReturnType<typeof createItemDecisions>;
