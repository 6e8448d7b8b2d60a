import type { SuppressionService } from '../../data/suppression/service.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { instantOf } from '../../foundations/contract/instant.ts';
import { toNfc } from '../../foundations/contract/personal-text.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import { faultOf, type RecordFault, type RecordImport } from '../../foundations/imports/record-import.ts';
import { textsIn } from '../../foundations/messages/texts.ts';
import type { Store } from '../../foundations/store/store.ts';
import { uuidv7Maker } from '../../foundations/store/uuid.ts';
import { parseSubjectRef, subjectOf } from '../../foundations/vault/subjects.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import { requireId } from '../../register/policies/known.ts';
import type { Register } from '../../register/view/service.ts';
import type { RegisterView } from '../../register/view/view-model.ts';
import type { RequestRecords } from './case-file.ts';
import type { NewEvent } from './events.ts';
import { RequestRecord } from './import-model.ts';
import { courseOf } from './imported-course.ts';
import { requesterIndexOf } from './intake.ts';
import { isMisfit, replay } from './replay.ts';
import { overtaken, requestEvents, sealRequester } from './sealing.ts';
import { insertImported, type RequestRow } from './table.ts';
import { checkReceipt, complaintsExist, ruleSetOf, termsOf, timingOf } from './timing.ts';

interface RequestImportDeps {
  store: Store;
  vault: Vault;
  records: RequestRecords;
  register: Pick<Register, 'view'>;
  suppression: Pick<SuppressionService, 'keptOut'>;
}

/**
 * Requests that were closed elsewhere, with their true course. Their clocks are worked out from the true times, their end
 * counts for retention; every list, history and report says that they were brought along and who vouches for them.
 */
export function createRequestImport(deps: RequestImportDeps): RecordImport<RequestRecord> {
  const { store, vault, records, register, suppression } = deps;
  // Requests sort by when they came.
  const idOf = uuidv7Maker();

  /** What would be recorded of one. @throws Problem naming what cannot be */
  function read(context: Context, view: RegisterView, record: RequestRecord) {
    const now = context.clock();
    const terms = termsOf(view);
    const receivedAt = instantOf('/receivedAt', record.receivedAt);
    const { type, channel, text, purpose, categories, ground, marketing, subject, vouchedBy } = record;
    if (receivedAt > now) throw invalidField('/receivedAt', 'must not lie in the future');
    if (type !== 'complaint') checkReceipt(receivedAt, terms, now);
    else if (!complaintsExist(receivedAt, terms))
      throw invalidField('/type', 'complaints to the controller are a right in the UK, since 19 June 2026');
    if (vouchedBy.party !== undefined) requireId('/vouchedBy/party', 'party', vouchedBy.party, view.policies.parties);
    if (marketing && type !== 'objection') throw invalidField('/marketing', 'is of an objection only');
    const grounds = type === 'restriction' ? '18-' : type === 'erasure' ? '17-' : undefined;
    if (ground !== undefined && (grounds === undefined || !ground.startsWith(grounds)))
      throw invalidField('/ground', 'must be a ground of the right that is asked for (Art. 17(1), 18(1))');
    const { course } = courseOf(record, terms, now);
    const given = { text, purpose, categories, ground, marketing, subject };
    const received: NewEvent = {
      kind: 'received',
      occurredAt: receivedAt,
      data: {
        type,
        channel,
        enteredBy: 'import',
        terms,
        subjectBy: subject === undefined ? null : 'platform',
        identity: null,
        then: null,
        similar: [],
        imported: course.length + 1,
        vouchedBy,
        ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as object),
      },
    };
    const events = requestEvents.next(context, 0, [received, ...course], view.policies.hash);
    const life = replay('', events);
    if (!life || isMisfit(life)) throw new Error('The course was held against the states already.');
    return { receivedAt, events, life, timing: timingOf(life, events, now) };
  }

  return {
    kind: 'request',
    schema: RequestRecord,
    identitiesOf: ({ reference }) => [reference],

    async decide(context, lines) {
      const view = await register.view(context);
      const faults: RecordFault[] = [];
      const asked: { record: RequestRecord; told: ReturnType<typeof read> }[] = [];
      for (const { line, record } of lines)
        try {
          asked.push({ record, told: read(context, view, record) });
        } catch (error) {
          faults.push(faultOf(line, error));
        }

      async function prepared({ record, told }: (typeof asked)[number], erased: ReadonlySet<string>) {
        const tenantId = context.tenant.id;
        const now = context.clock();
        const { receivedAt, events, life, timing } = told;
        const requestId = idOf(receivedAt);
        const key = await records.key(tenantId, requestId);
        // What is left of somebody who was forgotten here leads to nobody.
        const isErased = erased.has(record.reference);
        const ref = record.subject === undefined || isErased ? undefined : parseSubjectRef(record.subject);
        const subjectId = ref ? (await subjectOf(vault, tenantId, ref)).subjectId : null;
        const { name, email = null, address = null, language } = record.requester ?? {};
        const requester = {
          name: name === undefined ? null : toNfc(name),
          email,
          address,
          language: language ?? textsIn(view.tenant.language).language,
        };
        const row: RequestRow = {
          tenantId,
          requestId,
          reference: `imported-${record.reference}`,
          type: record.type,
          channel: record.channel,
          subjectId,
          requesterIndex: email && (await requesterIndexOf(vault, tenantId, email)),
          requesterSealed: sealRequester(key, store.tables, tenantId, requestId, requester),
          followHash: null,
          openedAt: now,
          importedAt: now,
          ...(records.headOf(life, timing, now, view.policies.hash) as Pick<
            RequestRow,
            | ('seq' | 'state' | 'dueOn' | 'targetOn' | 'assignedTo' | 'duplicateOf')
            | ('receivedAt' | 'closedAt' | 'updatedAt' | 'policyHash')
          >),
        };
        const log = { commitment: await records.commitmentOf(tenantId, subjectId), ruleSet: ruleSetOf(timing) };
        return { row, key, events: isErased ? events.map(withoutSubject) : events, log };
      }

      return {
        faults,
        prepare: async () => {
          const people = new Map<string, { account?: string; visitors?: string[] }>();
          for (const { record } of asked)
            if (record.subject !== undefined) {
              const { kind, subjectId } = await subjectOf(vault, context.tenant.id, parseSubjectRef(record.subject));
              people.set(record.reference, kind === 'account' ? { account: subjectId } : { visitors: [subjectId] });
            }
          const { now: erased, meanwhile } = await suppression.keptOut(context, people);
          const ready = await Promise.all(asked.map((one) => prepared(one, erased)));
          return async (tx) => {
            for (const one of await meanwhile(tx)) if (!erased.has(one)) throw overtaken();
            for (const { row, key, events, log } of ready) {
              if (!(await insertImported(tx, row)))
                throw new Problem('conflict', 'A request of this reference was brought along already.');
              await records.write(tx, context, key, row, events, log);
            }
          };
        },
      };
    },
  };
}

function withoutSubject(event: ReturnType<typeof requestEvents.next>[number]) {
  if (event.kind !== 'received') return event;
  const { subject: _, ...data } = event.data;
  return { ...event, data: { ...data, subjectBy: null } };
}
