/** What each kind of drift means: how grave it is, what the law says, and what helps. */
interface Kind {
  severity: 'error' | 'warning';
  /** Where the duty stands. */
  law: string;
  remedy: string;
}

/**
 * An error is a duty that is not met now, or will not be within 60 days unless somebody acts. A warning waits for a
 * person, but nothing is unlawful yet. Codes are stable: scripts and people rely on them.
 */
export const FINDING_CODES = {
  'rule-missing': {
    severity: 'error',
    law: 'GDPR Art. 5(1)(e), 30(1)(f)',
    remedy: 'Add a rule for the category to retention.yaml.',
  },
  'rule-not-executable': {
    severity: 'error',
    law: 'GDPR Art. 5(1)(e), 30(1)(f)',
    remedy: 'Give the rule an action and a clock that the holder of the category offers.',
  },
  'rule-without-activity': {
    severity: 'error',
    law: 'GDPR Art. 30(1)',
    remedy: 'Add the category to an activity, or take the rule away together with the data.',
  },
  'columns-uncovered': {
    severity: 'error',
    law: 'GDPR Art. 5(2), 30(1)(c)',
    remedy: 'Declare the category and add it to an activity, or stop keeping it.',
  },
  'category-out-of-reach': {
    severity: 'error',
    law: 'GDPR Art. 15, 17',
    remedy: 'Let the holder of the category export and erase it, and say in retention.yaml what a request does to it.',
  },
  'recipient-not-in-register': {
    severity: 'error',
    law: 'GDPR Art. 30(1)(d), 13(1)(e), 15(1)(c)',
    remedy: 'Add the recipient to the activities of the category, or stop giving it the data.',
  },
  'agreement-missing': {
    severity: 'error',
    law: 'GDPR Art. 28(3), (4)',
    remedy: 'Sign an agreement that covers these activities and activate it.',
  },
  'agreement-expired': {
    severity: 'error',
    law: 'GDPR Art. 28(3), (4)',
    remedy: 'Sign and activate a new agreement, or take the party out of the activities.',
  },
  'agreement-ended': {
    severity: 'error',
    law: 'GDPR Art. 28(3)(g)',
    remedy: 'Take the party out of the activities and have the data deleted or returned, or sign a new agreement.',
  },
  'data-left-with-processor': {
    severity: 'error',
    law: 'GDPR Art. 28(3)(g)',
    remedy: 'Have the data deleted or returned as the controller chose, and record it with the certificate.',
  },
  'agreement-ends-soon': {
    severity: 'error',
    law: 'GDPR Art. 28(3), (4)',
    remedy: 'Renew the agreement before it ends.',
  },
  'sub-processor-unauthorised': {
    severity: 'error',
    law: 'GDPR Art. 28(2)',
    remedy: 'Announce the change to the controllers and activate it after the objection window.',
  },
  'change-waiting': {
    severity: 'warning',
    law: 'GDPR Art. 28(2)',
    remedy: 'Activate the change or withdraw it: its objection window has ended.',
  },
  'objection-open': {
    severity: 'warning',
    law: 'GDPR Art. 28(2)',
    remedy: 'Settle the objection: accommodate it, have it withdrawn, or end the agreement.',
  },
  'objection-passed-over': {
    severity: 'error',
    law: 'GDPR Art. 28(2)',
    remedy: 'The change is active against an open objection: settle it now.',
  },
  'transfer-missing': {
    severity: 'error',
    law: 'GDPR Art. 44, 30(1)(e)',
    remedy: 'Add the transfer with its tool to the activity, or keep the data inside the EEA.',
  },
  'transfer-not-covered': {
    severity: 'error',
    law: 'GDPR Art. 44–49',
    remedy: 'Put the transfer on a tool that stands, or end it.',
  },
  'transfer-ends-soon': {
    severity: 'error',
    law: 'GDPR Art. 44–49',
    remedy: 'Renew the tool of the transfer, or prepare to end it.',
  },
  'joint-arrangement-missing': {
    severity: 'error',
    law: 'GDPR Art. 26(1)',
    remedy: 'Add joint: who answers which right, the contact point and the essence of the arrangement.',
  },
  'joint-rights-unanswered': {
    severity: 'error',
    law: 'GDPR Art. 26(1)',
    remedy: 'Name for each of these rights the joint controller that answers it: joint.rights.',
  },
  'basis-not-here': {
    severity: 'error',
    law: 'GDPR Art. 6(1); UK GDPR Art. 6(1)(ea)',
    remedy: 'Rest the purpose on another basis: recognised legitimate interests exist in the UK only.',
  },
  'representative-missing': {
    severity: 'error',
    law: 'GDPR Art. 27; UK GDPR Art. 27',
    remedy:
      'Record the representative in the Union (in the UK: ukRepresentative) with its mandate, or why none is needed (Art. 27(2)).',
  },
  'dpia-screening-missing': {
    severity: 'error',
    law: 'GDPR Art. 35(1), (3)',
    remedy: 'Add dpia: the answers to the screening and the reason.',
  },
  'dpia-missing': {
    severity: 'error',
    law: 'GDPR Art. 35(1), (3)',
    remedy: 'Carry out the assessment and record it in the activity.',
  },
  'dpia-consultation-missing': {
    severity: 'error',
    law: 'GDPR Art. 36(1)',
    remedy: 'Consult the authority before processing: the residual risk is high.',
  },
  'dpia-consultation-overdue': {
    severity: 'warning',
    law: 'GDPR Art. 36(2)',
    remedy: 'Ask the authority for its advice and record it, or what it still waits for.',
  },
  'dpia-review-overdue': {
    severity: 'warning',
    law: 'GDPR Art. 35(11)',
    remedy: 'Review the assessment and record the new date.',
  },
  'balancing-test-missing': {
    severity: 'error',
    law: 'GDPR Art. 6(1)(f)',
    remedy: 'Name the interest and the balancing test in purposes.yaml.',
  },
  'law-missing': {
    severity: 'error',
    law: 'GDPR Art. 6(3)',
    remedy: 'Name the law this basis rests on in purposes.yaml.',
  },
  'special-condition-missing': {
    severity: 'error',
    law: 'GDPR Art. 9(2)',
    remedy: 'Add specialCondition to the activity, or stop processing the category.',
  },
  'special-consent-not-explicit': {
    severity: 'error',
    law: 'GDPR Art. 9(2)(a)',
    remedy: 'Ask for explicit consent (consent.explicit: true), or name another condition.',
  },
  'sweep-never': {
    severity: 'warning',
    law: 'GDPR Art. 5(1)(e), 5(2)',
    remedy: 'Run a sweep: lethe retention sweep. Without one nothing shows that the rule is kept.',
  },
  'sweep-late': {
    severity: 'error',
    law: 'GDPR Art. 5(1)(e)',
    remedy: 'Run a sweep and find out why the nightly job does not finish.',
  },
  'sweep-failed': {
    severity: 'error',
    law: 'GDPR Art. 5(1)(e)',
    remedy: 'Read the log of the service; the next sweep goes on where this one stopped.',
  },
  'sweep-incomplete': {
    severity: 'error',
    law: 'GDPR Art. 5(1)(e)',
    remedy: 'Read its certificate: it names the rules that left rows behind.',
  },
  'clock-in-doubt': {
    severity: 'error',
    law: 'GDPR Art. 5(1)(e), 32(1)(b)',
    remedy: 'Set the clock right, or confirm that it is: POST /v1/retention/clock/confirmation.',
  },
  'sweep-waiting': {
    severity: 'warning',
    law: 'GDPR Art. 5(1)(e)',
    remedy: 'Have an officer approve the rules that wait (GET /v1/retention/approvals), or correct them.',
  },
  'review-late': {
    severity: 'warning',
    law: 'GDPR Art. 5(1)(e), recital 39',
    remedy: 'Look at what waits (GET /v1/retention/reviews) and decide it.',
  },
  'sweep-stands-still': {
    severity: 'warning',
    law: 'GDPR Art. 5(1)(e)',
    remedy:
      'Let the platform send the profile of the person, so that the holder outside can tell them from others, or lift the hold.',
  },
  'rows-without-clock': {
    severity: 'warning',
    law: 'GDPR Art. 5(1)(e)',
    remedy:
      'Name a further column in the file of the holder, which counts where the first is empty; see lethe holders check.',
  },
  'rows-overdue': {
    severity: 'error',
    law: 'GDPR Art. 5(1)(e)',
    remedy: 'Run a sweep; approve what the brake has stopped.',
  },
  'institution-incomplete': {
    severity: 'error',
    law: 'GDPR Art. 30(1)(a), 13(1)(a)',
    remedy: 'Record the details of the institution: lethe register institution.',
  },
  'institution-officer-missing': {
    severity: 'warning',
    law: 'GDPR Art. 37(1)(a), 37(7)',
    remedy: 'Record the data protection officer of the institution, if it must have one.',
  },
  'party-incomplete': {
    severity: 'error',
    law: 'GDPR Art. 28(2), 30; EDPB Opinion 22/2024 paras 25–32',
    remedy: 'Complete the party in parties.yaml.',
  },
  'notice-missing': {
    severity: 'warning',
    law: 'GDPR Art. 13, 14',
    remedy: 'Name the notices that tell people of the activity.',
  },
  'notice-incomplete': {
    severity: 'error',
    law: 'GDPR Art. 13, 14, 21(4)',
    remedy: 'Publish a version of the notice that tells it, and name the words under covers.',
  },
  'research-safeguards-missing': {
    severity: 'error',
    law: 'GDPR Art. 89(1), 17(3)(d)',
    remedy:
      'Add safeguards to the activity: minimisation, pseudonymisation, the law, and whether anonymised data would do.',
  },
  'anonymous-test-overdue': {
    severity: 'error',
    law: 'GDPR Art. 89(1)',
    remedy: 'Ask again whether anonymised data would do, and record day, outcome and reason under anonymousTest.',
  },
  'anonymous-data-would-do': {
    severity: 'error',
    law: 'GDPR Art. 89(1), last sentence',
    remedy: 'Anonymise the data: the purpose can be met that way.',
  },
  'research-consent-unspecific': {
    severity: 'warning',
    law: 'GDPR Recital 33',
    remedy: 'Add research to the purpose: the areas agreed to and the ethics vote.',
  },
  'officer-incomplete': {
    severity: 'warning',
    law: 'GDPR Art. 37(7), 38(5)',
    remedy: 'Publish the contact, send it to the authority, bind the officer to secrecy, and record the days.',
  },
  'officer-conflict': {
    severity: 'error',
    law: 'GDPR Art. 38(6)',
    remedy: 'Let somebody else decide or operate, and give the two a token each; or appoint another officer.',
  },
  'information-overdue': {
    severity: 'error',
    law: 'GDPR Art. 14(3)',
    remedy:
      'Tell the people (GET /v1/information-duties lists them) and record it: POST /v1/subjects/{id}/information; or record why nobody need be told (Art. 14(5)).',
  },
  'information-due-soon': {
    severity: 'warning',
    law: 'GDPR Art. 14(3)',
    remedy: 'Tell the people in time: GET /v1/information-duties lists them by day.',
  },
  'review-overdue': {
    severity: 'warning',
    law: 'GDPR Art. 5(2), 24(1)',
    remedy: 'Go through the activity with those who run it, and set reviewedOn.',
  },
  'outside-region': {
    severity: 'error',
    law: 'GDPR Art. 44',
    remedy: 'Move the data into the region of the tenant, or add a transfer that covers the place.',
  },
} as const satisfies Record<string, Kind>;

export type FindingCode = keyof typeof FINDING_CODES;
