import type { ActWords } from '../../foundations/contract/contract.ts';

/** What each thing recorded of a breach is for, and a body as it is sent, by operation. */
export const RECORDING_WORDS: Readonly<Record<string, ActWords>> = {
  assessBreach: {
    description:
      'Call it as often as something new is known: numbers, consequences, measures, risk. The last word on each ' +
      'counts, and the earlier ones stay.',
    example: {
      persons: 120,
      records: 120,
      consequences: 'Unwanted mail; no passwords were there.',
      measures: 'The password was changed, and all sessions were ended.',
      risk: 'DBIAIndicatesLowRisk',
      riskReasons: 'Addresses alone, which many have published themselves.',
    },
  },
  countBreachAffected: {
    description:
      'When the scope has changed, or rows have: counts people and records in the categories and the time of the ' +
      'breach, without listing anybody.',
    example: {},
  },
  decideBreach: {
    description:
      'The decision of Art. 33(1) and 34(1), with its reasons, also where nobody is told. It can be decided anew ' +
      'when more is known.',
    example: {
      authority: 'DPABreachNotificationNeeded',
      reasons: 'A risk cannot be ruled out.',
      persons: 'BreachNotificationNotNeeded',
      personsReasons: 'The risk is not high.',
    },
  },
  makeBreachLetters: {
    description:
      'Drafts in the language asked for, filled from what is recorded. Nothing is sent by it: print or copy them, ' +
      'then record the notification.',
    example: { to: 'authority', language: 'en' },
  },
  recordBreachNotification: {
    description:
      'Stops the clock for that notice. After 72 hours the authority wants the reasons for the delay (Art. 33(1)), ' +
      'and so does this call.',
    example: {
      notice: 'DPABreachInitialNotice',
      at: '2026-02-28T10:00:00Z',
      by: 'authority-form',
      reference: '2026-17',
    },
  },
  correctBreach: {
    description:
      'For mistakes in what was recorded. The old word stays in the history, with this reason beside the new one.',
    example: { reason: 'The first look had the wrong time zone.', awareAt: '2026-02-27T08:30:00Z' },
  },
  closeBreach: {
    description:
      'When everything is decided, told and written down. Answers 409 with what is missing; a closed breach can ' +
      'still be corrected.',
    example: {
      summary: 'The password was stolen by a mail; staff were trained, and a second factor is required since.',
    },
  },
};
