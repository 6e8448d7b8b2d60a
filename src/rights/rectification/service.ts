import { createHash, randomUUID } from 'node:crypto';
import { parseOrcid } from '../../data/content/identifiers.ts';
import type { ContentService } from '../../data/content/service.ts';
import type { ProfileService } from '../../data/profiles/service.ts';
import { type Context, withoutIdempotencyKey } from '../../foundations/contract/context.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import { checker } from '../../foundations/contract/validation.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Store } from '../../foundations/store/store.ts';
import type { RecipientService } from '../recipients/service.ts';
import { Changes, type RectificationInput, type Rectified } from './model.ts';

export interface RectificationDeps {
  store: Store;
  profiles: Pick<ProfileService, 'rectify' | 'fieldCategories'>;
  content: Pick<ContentService, 'rename'>;
  recipients: Pick<RecipientService, 'open' | 'send'>;
}

const checkChanges = checker(Changes, '');

/** Putting right what is kept about a person, wherever it is kept (GDPR Art. 16, 19; REQ-A28, A29). */
export function createRectification({ store, profiles, content, recipients }: RectificationDeps) {
  /**
   * Changes the data in every place: the profile, and the name on all items. The same again changes nothing.
   * @throws Problem `not-found`; naming the field that is none, or cannot be so.
   */
  async function rectify(
    context: Context,
    subject: string,
    changes: Record<string, unknown>,
    about: { requestId: string | null; statement?: string },
  ): Promise<Rectified> {
    if (Object.keys(changes).length > 0) checkChanges(changes);
    const { nameAsPublished, orcid, ...ofProfile } = changes as Changes;
    const names = nameAsPublished !== undefined || orcid !== undefined;
    // Before the first place is changed, so that nothing is half done.
    if (orcid !== undefined && parseOrcid(orcid) === undefined)
      throw invalidField('/changes/orcid', 'must be an ORCID iD; its check character does not fit');
    const changed: string[] = [];
    const ofTheProfile = async (fields: object) =>
      (await profiles.rectify(withoutIdempotencyKey(context), subject, fields as Record<string, unknown>, about))
        .changed;
    if (Object.keys(ofProfile).length > 0) changed.push(...(await ofTheProfile(ofProfile)));
    else if (about.statement !== undefined)
      // Whoever has no profile has the statement in the request alone.
      changed.push(
        ...(await ofTheProfile({}).catch((fault: unknown) => {
          if (fault instanceof Problem && fault.type === 'not-found' && about.requestId !== null) return [];
          throw fault;
        })),
      );
    if (!names) return { changed, items: 0 };
    const renamed = await content.rename(
      withoutIdempotencyKey(context),
      subject,
      { nameAsPublished, orcid },
      about.requestId,
    );
    return { changed: [...new Set([...changed, ...renamed.changed])].sort(), items: renamed.items };
  }

  /** Which categories such a change is about: their recipients are told. */
  function categoriesOf({ changes = {}, statement }: RectificationInput): string[] {
    const names = 'nameAsPublished' in changes || 'orcid' in changes;
    return [
      ...profiles.fieldCategories(Object.keys(changes)),
      ...(statement === undefined ? [] : ['profiles.identity']),
      ...(names ? ['content.public-association', 'content.private-association'] : []),
    ];
  }

  /** Refuses an Idempotency-Key of another request before anything is done. @throws Problem `idempotency-key-reused` */
  async function begun({ idempotency, ...context }: Context): Promise<void> {
    if (!idempotency) return;
    const first = { ...idempotency, key: `${idempotency.key} begun` };
    await writeOnce(store, { ...context, idempotency: first }, async () => ({}));
  }

  return {
    rectify,

    /** At once, without a request of the person; recipients are told of it all the same (Art. 19). */
    async direct(context: Context, subject: string, input: RectificationInput): Promise<Rectified> {
      const { changes = {}, statement } = input;
      if (Object.keys(changes).length === 0 && statement === undefined)
        throw invalidField('', 'must say what would be right: changes, or a statement to be added');
      const actId = idOf(context);
      await begun(context);
      const rectified = await rectify(context, subject, changes, {
        requestId: null,
        statement,
      });
      // Told after it, so that what was refused leaves no task; whoever repeats after a crash tells them then.
      const about = { requestId: actId, what: 'rectification' as const, subject, categories: categoriesOf(input) };
      await recipients.open(withoutIdempotencyKey(context), about);
      await recipients.send(withoutIdempotencyKey(context), actId, 'rectification');
      return writeOnce(store, context, async () => rectified);
    },
  };
}

/** The same for a repeat under the same Idempotency-Key, so that nobody is told twice. */
function idOf({ tenant, principal, idempotency }: Context): string {
  if (!idempotency) return randomUUID();
  const digest = createHash('sha256').update(`${tenant.id}\0${principal.id}\0${idempotency.key}`).digest('hex');
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

export type RectificationService = ReturnType<typeof createRectification>;
