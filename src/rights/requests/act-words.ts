import type { ActWords } from '../../foundations/contract/contract.ts';

/** What each act on a request is for, and a body as it is sent, by operation. */
export const ACT_WORDS: Readonly<Record<string, ActWords>> = {
  acknowledgeRequest: {
    description:
      'Good practice, and the first sign to the person that the clock runs. Say how it went out; by e-mail it is ' +
      'sent from here.',
    example: { sent: 'email' },
  },
  assignRequest: {
    description: 'So that everybody sees whose it is. `null` gives it back to all.',
    example: { to: '0190c7a4-2d7e-7a51-9c3b-5f0e8d1a6b42' },
  },
  noteOnRequest: {
    description:
      'Kept sealed with the request, for those who work on it; it is part of the file and of what an authority may ' +
      'see.',
    example: { text: 'Has called; the letter of January is meant.' },
  },
  informOfRequest: {
    description:
      'For words of one’s own between the steps, or for the recipients of Art. 19 that the person asked to be told ' +
      'of.',
    example: { text: 'The copy will reach you next week.', sent: 'email' },
  },
  nameRequestSubject: {
    description:
      'When it is clear which account or visitor is meant. Everything that follows (report, erasure, package) is ' +
      'about them.',
    example: { subject: 'account:jo-keller' },
  },
  joinRequestPortals: {
    description:
      'The ids come from `GET …/portals`. One report or one erasure then covers all of them, each under its own ' +
      'policies.',
    example: { portals: ['library'] },
  },
  checkRequestIdentity: {
    description:
      'Ask for no more than needed: a code to an address that is known comes before papers. What waiting for the ' +
      'answer does to the clock stands in `clock`.',
    example: { method: 'email-code', doubt: 'unknown-sender', sent: 'email' },
  },
  recordIdentityAnswer: {
    description: 'Then look at it, and decide with `…/identity-decision`.',
    example: { at: '2026-02-27T09:00:00Z' },
  },
  decideRequestIdentity: {
    description:
      'With `confirmed: false` say what was not enough; then the request can be refused for that. Copies are ' +
      'destroyed either way.',
    example: { confirmed: true },
  },
  askClarification: {
    description:
      'Only where much is held about the person and the request does not say what it is about. What waiting for the ' +
      'answer does to the clock stands in `clock`.',
    example: { question: 'Is it about your account, or about visits to the portal too?', sent: 'email' },
  },
  recordClarification: {
    description:
      'For answers that come by letter or telephone; on the page the person answers for themselves. Kept sealed ' +
      'with the request.',
    example: { text: 'About the account only.', at: '2026-02-27T09:00:00Z' },
  },
  askRequestFee: {
    description:
      'For a further copy, or where abuse was established and a second person agreed. `amount` and `costs` are in ' +
      'the smallest unit of the currency, and only real costs count.',
    example: {
      basis: 'further-copy',
      amount: 750,
      currency: 'EUR',
      costs: [
        { what: 'copying', amount: 500 },
        { what: 'postage', amount: 250 },
      ],
      sent: 'post',
    },
  },
  recordFeePaid: {
    description: 'The work can begin with it. Say when it came, where that was not today.',
    example: { at: '2026-02-27T09:00:00Z' },
  },
  extendRequest: {
    description:
      'Before the first month is over, and the person is told why: their data is complex to find, or there are many ' +
      'requests.',
    example: {
      reasons: ['complexity'],
      text: 'Your data lies in three systems, one of which has to be searched by hand.',
      sent: 'email',
    },
  },
  answerCannotIdentify: {
    description:
      'Where data is held under no name and nothing shows whose it is. The letter says what the person could bring; ' +
      'if they do, the request goes on.',
    example: { sent: 'post' },
  },
  proposeForRequest: {
    description:
      'An erasure, or treating a request as abusive, needs two persons. Say what is to be done and why; another one ' +
      'agrees with `…/approval`.',
    example: { what: 'execution', ground: '17-1-b', text: 'Consent was withdrawn, and nothing else lets us keep it.' },
  },
  approveForRequest: {
    description:
      'By another person than the one who proposed it. It does nothing yet: `…/execution` or the letter follows.',
    example: { text: 'Looked at the preview; agreed.' },
  },
  rejectForRequest: {
    description:
      'The proposal is off the table and can be made anew with other decisions. Who proposed it may take it back by ' +
      'the same call.',
    example: { text: 'The item of 2020 has co-authors; keep its record.' },
  },
  executeRequest: {
    description:
      'Does what the type asks for: makes the package, erases, corrects, restricts. It goes on by itself, also when ' +
      'a place does not answer; `GET` on the request tells how far it is.',
    example: {},
  },
  approveRequestPackage: {
    description: 'After looking at it (`GET /v1/packages/{id}/content`). Then it can be released to the person.',
    example: {},
  },
  answerRequest: {
    description:
      'Closes the request: the letter says what was done, kept and why. It goes out by mail where there is an ' +
      'address and `sent` says so.',
    example: { sent: 'email' },
  },
  limitRequest: {
    description:
      'Where a national law lets the right be limited, wholly or in part. It says until when to look again, and the ' +
      'person is told unless that would defeat its purpose.',
    example: {
      provision: 'BDSG § 34(1)',
      scope: 'part',
      categories: ['requests.correspondence'],
      reviewOn: '2026-09-01',
      text: 'The letters name a person who asked not to be named.',
    },
  },
  refuseRequest: {
    description:
      'Only grounds that exist for this right are taken, each with what the law asks for. The letter names ' +
      'remedies: complaint and court.',
    example: {
      ground: 'right-does-not-apply',
      text: 'The items were published under a contract, and the right does not reach them.',
      sent: 'email',
    },
  },
  withdrawRequest: {
    description: 'When the person says so by letter or telephone. Nothing more is done, and the request is closed.',
    example: {},
  },
  markRequestDuplicate: {
    description:
      'Where the same was asked twice: the answer to the other one is the answer to both, and the person is told ' +
      'so.',
    example: { requestId: '0190c7a4-2d7e-7a51-9c3b-5f0e8d1a6b42', sent: 'email' },
  },
  announceLifting: {
    description: 'Before restricted data is used again the person must know. After it `…/lifting` is possible.',
    example: { text: 'The accuracy of your address has been checked; the restriction ends on Monday.', sent: 'email' },
  },
  liftRestriction: {
    description: 'The hold on the data ends, and rules apply to it as before. The request is closed.',
    example: {},
  },
  endLimitGround: {
    description: 'What was kept back can now be given: the request opens again and is answered as far as it was not.',
    example: { text: 'The proceedings are over.' },
  },
  reopenRequest: {
    description: 'When an authority, a court, a complaint or new facts ask for it. The clock runs again from that day.',
    example: { because: 'complaint', text: 'The authority asks for the visits as well.' },
  },
  correctRequest: {
    description:
      'For mistakes of the file, such as a wrong day of receipt. The event stays as it was; the clock is counted ' +
      'from what is right.',
    example: { corrects: 1, at: '2026-02-24T09:00:00Z', reason: 'The letter came a day earlier.' },
  },
  identifyRequest: {
    description:
      'Where there is no account, only what a visitor can show (Art. 11(2)): the evidence is looked up, and if ' +
      'exactly one visitor fits the request is about them.',
    example: { by: 'visitor-id', visitor: 'v-4711' },
  },
};
