import { Problem } from '../../foundations/contract/problem.ts';
import { createSealedEvents } from '../../foundations/events/sealed-events.ts';
import { type EventData, IN_WORDS } from './events.ts';
import { insertEvent } from './table.ts';

/** Key scope of what is written in words about breaches: the tenant's, for the register is kept (Art. 33(5)). */
export const BREACH_SCOPE = 'breaches';

/** What was recorded of breaches, one stream for each. */
export const breachEvents = createSealedEvents<EventData>({
  name: 'breach',
  inWords: IN_WORDS,
  placeOf: (tables, tenant, breachId, seq) => ({
    tenant,
    table: 'breach_events',
    column: tables.breachEvents.textSealed.name,
    row: `${breachId}/${seq}`,
  }),
  insert: (tx, breachId, event, textSealed) => insertEvent(tx, { ...event, breachId, textSealed }),
  overtaken: () =>
    new Problem('conflict', 'Somebody else has just recorded something about this breach. Look at it again.'),
});
