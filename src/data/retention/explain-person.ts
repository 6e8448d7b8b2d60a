import { showing } from '../../foundations/audit/reading.ts';
import type { Context } from '../../foundations/contract/context.ts';
import type { ExternalHolder } from '../../foundations/holders/external.ts';
import { textsIn } from '../../foundations/messages/texts.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { parseSubjectRef, subjectOf } from '../../foundations/vault/subjects.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import { requireId } from '../../register/policies/known.ts';
import { rulesInForce } from '../../register/policies/transitions.ts';
import { visitorsByAccount } from '../consent/links.ts';
import { holderInside } from './conditions.ts';
import { createExplainer, type ExplainDeps } from './explain.ts';
import type { Explanation, Explanations } from './explain-model.ts';
import { KEEPING } from './hold-kinds.ts';
import { holdsInForce } from './table.ts';

export interface ExplainPersonDeps extends ExplainDeps {
  store: Store;
  vault: Vault;
  externalHolders: readonly Pick<ExternalHolder, 'id'>[];
}

/** Rows told of a category. */
const ROWS_TOLD = 200;

export function createExplanations(deps: ExplainPersonDeps) {
  const { store, vault, policies, holders } = deps;

  /** Why each row of these people is still there, as far as it is kept inside. */
  async function explainRows(
    q: Query,
    context: Pick<Context, 'tenant' | 'clock'>,
    subjectIds: string[],
    { category: only, language }: { category?: string; language?: string },
  ): Promise<Pick<Explanations, 'items' | 'left'>> {
    const { tenant } = context;
    const now = context.clock();
    const view = policies.of(tenant.id);
    const explainer = createExplainer(deps, q, { tenant, now, asOf: now, t: textsIn(language ?? tenant.language) });
    const items: Explanation[] = [];
    const left: Explanations['left'] = {};
    const counts = new Map<string, Record<string, number>>();
    for (const { id, anonymous } of view.current().categories) {
      const holder = holderInside(holders, view, id);
      if (anonymous || !holder || (only !== undefined && only !== id)) continue;
      const told = await explainer.ofPerson(id, subjectIds, ROWS_TOLD);
      items.push(...told);
      if (told.length < ROWS_TOLD) continue;
      const person = { tenantId: tenant.id, timeZone: tenant.timeZone, subjectIds };
      const count = counts.get(holder.id) ?? (await holder.count(q, person));
      counts.set(holder.id, count);
      const more = (count[id] ?? 0) - told.length;
      if (more > 0) left[id] = more;
    }
    return { items, left };
  }

  return {
    /**
     * Of a person, by category, why something is still there past its period: each sentence once, for reports and
     * packages. What is kept for good is told with the periods.
     */
    async keptBecause(
      q: Query,
      context: Pick<Context, 'tenant' | 'clock'>,
      subjectIds: string[],
      language: string,
    ): Promise<Map<string, string[]>> {
      const rules = rulesInForce(policies.of(context.tenant.id).current());
      const anyHold = (await holdsInForce(q, context.tenant.id, KEEPING, context.clock())).length > 0;
      const kept = new Map<string, string[]>();
      for (const category of new Set(rules.filter(({ unless }) => unless || anyHold).map((rule) => rule.category))) {
        const { items } = await explainRows(q, context, subjectIds, { category, language });
        const sentences = new Set(items.filter(({ isKept }) => isKept).map(({ inWords }) => inWords));
        if (sentences.size > 0) kept.set(category, [...sentences]);
      }
      return kept;
    },

    /**
     * Why each row of a person is still there, until when, and which rule decides.
     * @throws Problem naming a category that the policies do not declare.
     */
    async explain(
      context: Context,
      subject: string,
      wanted: { category?: string; language?: string } = {},
    ): Promise<Explanations> {
      const { id: tenantId } = context.tenant;
      const set = policies.of(tenantId).current();
      if (wanted.category !== undefined) requireId('?category', 'category', wanted.category, set.categories);
      const ref = parseSubjectRef(subject);
      const { subjectId } = await subjectOf(vault, tenantId, ref);
      const outside = set.categories
        .filter(
          ({ id, holder }) => id === (wanted.category ?? id) && deps.externalHolders.some((one) => one.id === holder),
        )
        .map(({ id }) => id);
      const found = await store.read(async (q) => {
        const linked = ref.kind === 'account' ? await visitorsByAccount(q, tenantId, [subjectId]) : undefined;
        const subjectIds = [subjectId, ...(linked?.get(subjectId) ?? [])];
        return { subjectIds, ...(await explainRows(q, context, subjectIds, wanted)) };
      });
      showing(context, ...found.subjectIds);
      const { items, left } = found;
      return { asOf: context.clock().toISOString(), policyHash: set.hash, items, left, outside };
    },
  };
}
