import { createHash } from 'node:crypto';
import Type, { type Static, type TSchema } from 'typebox';
import { canonical } from '../../contract/canonical-json.ts';
import { Count, closed, Instant, OrNull } from '../../contract/schemas.ts';
import { checker } from '../../contract/validation.ts';
import { signedBy } from '../../webhooks/signature.ts';
import type { WebhookHolder } from '../declaration.ts';
import { describeHolder } from '../describe.ts';
import {
  type ErasureStep,
  type ExternalDue,
  type ExternalErasure,
  type ExternalHolder,
  HolderFault,
  type KnownPerson,
} from '../external.ts';
import type { HolderFinding } from '../finding.ts';
import type { BatchLimit, BatchOutcome, CategoryOutcome, DueSummary, ErasureOrder, ExportedRecord } from '../holder.ts';
import type { WebhookClient } from './client.ts';

/** What may be repeated of what the other side says. */
const CATEGORY = /^[a-z][a-z0-9-]{0,30}\.[a-z][a-z0-9-]{0,30}$/;
const Short = Type.String({ minLength: 1, maxLength: 500 });
const Scalar = Type.Union([
  Type.String({ maxLength: 1_000_000 }),
  Type.Number(),
  Type.Boolean(),
  Type.Null(),
  Type.Array(Type.String({ maxLength: 10_000 }), { maxItems: 10_000 }),
]);

/** What a holder answers, held against these before anything of it is believed. */
const Located = Type.Object({ counts: Type.Record(Short, Count) }, closed);
const Line = Type.Union([
  Type.Object(
    {
      category: Short,
      table: Short,
      id: Short,
      at: Instant,
      fields: Type.Record(Short, Scalar),
      ofOthers: Type.Optional(Type.Array(Short, { maxItems: 1000 })),
    },
    closed,
  ),
  Type.Object({ end: Type.Literal(true), records: Count }, closed),
]);
const Outcomes = Type.Object(
  {
    outcomes: Type.Array(Type.Object({ category: Short, removed: Count, reduced: Count, retained: Count }, closed), {
      maxItems: 500,
    }),
  },
  closed,
);
const Accepted = Type.Object(
  { reference: Type.String({ minLength: 1, maxLength: 200, pattern: '^[\\x21-\\x7e]+$' }) },
  closed,
);
const Categories = Type.Object({ categories: Type.Array(Short, { maxItems: 500 }) }, closed);
const Planned = Type.Object(
  {
    due: Count,
    held: Count,
    total: Count,
    oldest: OrNull(Instant),
    people: Type.Optional(OrNull(Count)),
    digest: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  },
  closed,
);
const Swept = Type.Object(
  { treated: Count, cursor: OrNull(Type.String({ maxLength: 2000 })), done: Type.Boolean() },
  closed,
);

/** A service behind signed HTTP as a holder: what it says it did is believed only as far as a second look goes. */
export function createWebhookHolder(declaration: WebhookHolder, client: WebhookClient, clock: () => Date) {
  const { id } = declaration;
  const description = describeHolder(declaration);
  const { categories } = description;
  const mine = (tenantId: string) => declaration.tenants?.includes(tenantId) ?? true;
  const garbage = () => new HolderFault(id, 'garbage');

  /** A leap second has the form of an instant, and is none here. @throws HolderFault `garbage` */
  function instant(text: string): Date {
    const at = new Date(text);
    if (Number.isNaN(at.getTime())) throw garbage();
    return at;
  }

  /** @throws HolderFault `garbage` when it is not what the schema says. */
  const as = <T extends TSchema>(schema: T) => {
    const check = checker(schema, '');
    return (value: unknown): Static<T> => {
      try {
        check(value);
      } catch {
        throw garbage();
      }
      return value as Static<T>;
    };
  };
  const located = as(Located);
  const line = as(Line);
  const outcomes = as(Outcomes);
  const accepted = as(Accepted);
  const declared = as(Categories);
  const planned = as(Planned);
  const swept = as(Swept);

  async function* exported(person: KnownPerson, signal: AbortSignal): AsyncIterable<ExportedRecord> {
    if (!mine(person.tenantId)) return;
    let records = 0;
    let ended = false;
    for await (const value of client.lines('export', { person: known(person) }, { signal })) {
      const said = line(value);
      if (ended) throw garbage();
      if ('end' in said) {
        // Without its last line an export could have been cut off anywhere.
        if (said.records !== records) throw garbage();
        ended = true;
        continue;
      }
      if (!categories.includes(said.category)) throw garbage();
      records += 1;
      yield { ...said, at: instant(said.at), fields: said.fields as ExportedRecord['fields'] } as ExportedRecord;
    }
    if (!ended) throw garbage();
  }

  async function count(person: KnownPerson, signal: AbortSignal): Promise<Record<string, number>> {
    if (!mine(person.tenantId)) return Object.fromEntries(categories.map((category) => [category, 0]));
    const { value } = await client.ask('locate', { person: known(person) }, { signal });
    const { counts } = located(value);
    if (categories.some((category) => counts[category] === undefined)) throw garbage();
    if (Object.keys(counts).some((category) => !categories.includes(category))) throw garbage();
    return counts;
  }

  async function erase(person: KnownPerson, order: ErasureOrder, step: ErasureStep): Promise<ExternalErasure> {
    const decided = categories.flatMap((category) => order.decisions[category] ?? []);
    const nothing = decided.every(({ action }) => action === 'held' || action === 'retain');
    if (!mine(person.tenantId) || nothing) return { status: 'done', outcomes: decided.map((one) => outcomeOf(one)) };
    const data = {
      erasureId: step.erasureId,
      reference: step.reference,
      person: known(person),
      decisions: Object.fromEntries(decided.map(({ category, action }) => [category, action])),
    };
    // What is repeated because its answer was lost is the same message. Asking anew, asking for something else (a hold has
    // come), and asking how far it is, are others: who remembers ids must not answer them from memory.
    const asked = createHash('sha256').update(canonical(data.decisions)).digest('hex').slice(0, 12);
    const messageId = step.reference === null ? { messageId: `${step.erasureId}:${id}:${step.round}:${asked}` } : {};
    const { status, value } = await client.ask('erase', data, { signal: step.signal, ...messageId });
    if (status === 202) return { status: 'accepted', reference: accepted(value).reference };
    const said = new Map(outcomes(value).outcomes.map((one) => [one.category, one]));
    if ([...said.keys()].some((category) => order.decisions[category] === undefined)) throw garbage();
    return { status: 'done', outcomes: decided.map((one) => outcomeOf(one, said.get(one.category))) };
  }

  function outcomeOf(
    { category, ground, reviewAt }: ErasureOrder['decisions'][string],
    said = { removed: 0, reduced: 0, retained: 0 },
  ): CategoryOutcome {
    const { removed, reduced, retained } = said;
    return {
      category,
      removed,
      reduced,
      retained,
      ground,
      reviewAt,
    };
  }

  const reachOf = ({ category, action, clock: from, before, held }: ExternalDue) => ({
    category,
    action,
    from,
    before: before.toISOString(),
    held: held === 'all' ? 'all' : held.map(known),
  });
  const dueOf = (due: ExternalDue) => {
    const { tenantId: tenant, timeZone, stronger = [] } = due;
    const others = stronger.filter(({ category }) => category === due.category);
    return { tenant, timeZone, ...reachOf(due), ...(others.length > 0 ? { leave: others.map(reachOf) } : {}) };
  };

  async function plan(due: ExternalDue, signal: AbortSignal): Promise<DueSummary> {
    if (!mine(due.tenantId))
      return { due: 0, held: 0, people: 0, total: 0, oldest: null, digest: '0'.repeat(64), sample: [] };
    const said = planned((await client.ask('plan', dueOf(due), { signal })).value);
    const oldest = said.oldest === null ? null : instant(said.oldest);
    return { ...said, people: said.people ?? null, oldest, sample: [] };
  }

  async function sweep(due: ExternalDue, batch: BatchLimit, signal: AbortSignal): Promise<BatchOutcome> {
    if (!mine(due.tenantId)) return { treated: 0, suppressed: 0, cursor: null, done: true };
    const { value } = await client.ask('sweep', { ...dueOf(due), rows: batch.rows, cursor: batch.cursor }, { signal });
    const said = swept(value);
    if (!said.done && said.cursor === null) throw garbage();
    return { ...said, suppressed: 0 };
  }

  const holder: ExternalHolder = {
    id,
    describe: () => description,
    export: exported,
    count,
    erase,
    plan,
    sweep,
    hasSigned: (headers, body) => {
      const secrets = client.secrets();
      return secrets !== undefined && signedBy(secrets, headers, body, clock());
    },
  };
  return {
    ...holder,

    /** Whether it answers, understands our signature, and keeps what it is declared to keep. @throws HolderFault */
    async check(signal: AbortSignal): Promise<HolderFinding[]> {
      const { categories: theirs } = declared((await client.ask('check', {}, { signal })).value);
      const about = { table: declaration.connection.url, column: null };
      return [
        ...categories
          .filter((category) => !theirs.includes(category))
          .map((category): HolderFinding => {
            const detail = `It does not keep ${category}, which its file declares.`;
            return {
              code: 'category-missing',
              severity: 'error',
              ...about,
              detail,
              ...remedyOf('Take it away'),
              blocks: 'all',
              entry: null,
            };
          }),
        ...theirs
          .filter((category) => !categories.includes(category))
          .map((category): HolderFinding => {
            const named = CATEGORY.test(category) ? ` (${category})` : '';
            const detail = `It keeps a category that its file does not declare${named}.`;
            return {
              code: 'category-unclaimed',
              severity: 'error',
              ...about,
              detail,
              ...remedyOf('Declare it'),
              blocks: 'nothing',
              entry: null,
            };
          }),
      ];
    },
    close: async (): Promise<void> => undefined,
  };
}

const remedyOf = (act: string) => ({ remedy: `${act} under categories, or let the service answer otherwise.` });

/** A person as the other side knows them. */
function known({ tenantId, timeZone: _, ...person }: KnownPerson) {
  return { tenant: tenantId, ...person };
}
