import { parseDoi } from '../../data/content/identifiers.ts';
import type { createTitleMarks } from '../../data/content/mark-title.ts';
import type { createStatementMarks } from '../../data/profiles/mark-statement.ts';
import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Store } from '../../foundations/store/store.ts';
import { accountOf } from '../../foundations/vault/account.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import type { createWordMarks } from '../requests/mark-words.ts';
import type { SpecialTextInput } from './model.ts';

interface SpecialTextDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  titles: ReturnType<typeof createTitleMarks>;
  statements: ReturnType<typeof createStatementMarks>;
  words: ReturnType<typeof createWordMarks>;
}

/** A marked text, as two persons together see it. */
export interface OpenedSpecialText {
  specialId: string;
  subjectId: string | null;
  category: string;
  at: Date;
  fields: Record<string, string>;
}

/** Which members each kind of text is named by. */
const NAMED_BY = {
  title: ['subject', 'doi'],
  statement: ['subject'],
  request: ['requestId', 'seq'],
} as const satisfies Record<SpecialTextInput['of'], readonly (keyof SpecialTextInput)[]>;

/**
 * Free text that tells of a special category of data (GDPR Art. 9): an officer marks it, and it is masked from then on
 * wherever one person alone would see it. Two persons together see it by a disclosure (REQ-A11).
 */
export function createSpecialTexts({ store, audit, vault, titles, statements, words }: SpecialTextDeps) {
  return {
    /** The same again answers the same id. @throws Problem naming what the kind of text needs; `not-found` */
    async mark(context: Context, input: SpecialTextInput): Promise<{ specialTextId: string }> {
      const wanted: readonly string[] = NAMED_BY[input.of];
      for (const member of ['subject', 'doi', 'requestId', 'seq'] as const) {
        if (wanted.includes(member) && input[member] === undefined)
          throw invalidField(`/${member}`, `is required with ${input.of}`);
        if (!wanted.includes(member) && input[member] !== undefined)
          throw invalidField(`/${member}`, `does not belong to ${input.of}`);
      }
      const tenantId = context.tenant.id;
      const specialId = crypto.randomUUID();
      if (input.of === 'request')
        return writeOnce(store, context, async (tx) => {
          const { requestId, seq } = input as { requestId: string; seq: number };
          const id = await words.mark(tx, tenantId, requestId, seq, specialId);
          await audit.add(tx, context, {
            action: 'request.words-marked',
            detail: { request: requestId, seq, text: id },
          });
          return { specialTextId: id };
        });
      const { subjectId } = await accountOf(vault, tenantId, input.subject as string);
      const doi = input.of === 'title' ? parseDoi(input.doi as string) : undefined;
      if (input.of === 'title' && doi === undefined) throw invalidField('/doi', 'must be a DOI, such as 10.5072/abc.');
      const existing = await vault.existingCommitment(tenantId, subjectId);
      if (!existing) throw new Problem('not-found', 'Nothing is kept of this account.');
      return writeOnce(store, context, async (tx) => {
        const id =
          doi === undefined
            ? await statements.mark(tx, tenantId, subjectId, specialId)
            : await titles.mark(tx, tenantId, subjectId, doi, specialId);
        await audit.add(tx, context, {
          action: 'subject.text-marked',
          subject: existing,
          detail: { of: input.of, text: id },
        });
        return { specialTextId: id };
      });
    },

    /** The mark was a mistake: what it hid is shown again. By another role than marks. @throws Problem `not-found` */
    async unmark(context: Context, specialId: string): Promise<void> {
      const tenantId = context.tenant.id;
      await store.write(async (tx) => {
        const found =
          (await titles.unmark(tx, tenantId, specialId)) ||
          (await statements.unmark(tx, tenantId, specialId)) ||
          (await words.unmark(tx, tenantId, specialId));
        if (!found) throw new Problem('not-found', 'There is no marked text of this id.');
        await audit.add(tx, context, { action: 'special-text.unmarked', detail: { text: specialId } });
      });
    },

    /** What was marked, in the clear: for who has the agreement of a second person. */
    async open(context: Context, specialIds: string[]): Promise<OpenedSpecialText[]> {
      const tenantId = context.tenant.id;
      return store.read(async (q) => [
        ...(await titles.open(q, tenantId, specialIds)),
        ...(await statements.open(q, tenantId, specialIds)),
        ...(await words.open(q, tenantId, specialIds)),
      ]);
    },
  };
}

export type SpecialTextService = ReturnType<typeof createSpecialTexts>;
