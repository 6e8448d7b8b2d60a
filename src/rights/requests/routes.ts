import type { TObject, TSchema } from 'typebox';
import Type from 'typebox';
import type { Context } from '../../foundations/contract/context.ts';
import { once, type Route, route } from '../../foundations/contract/contract.ts';
import type { Permission } from '../../foundations/contract/permissions.ts';
import { printed, renderHtml } from '../../foundations/print/html.ts';
import { PortalAnswers } from '../portals/model.ts';
import { ACT_WORDS } from './act-words.ts';
import type { Acts } from './acts.ts';
import { RequestCandidates } from './candidates.ts';
import type { File } from './case-file.ts';
import * as model from './model.ts';
import type { RequestService } from './service.ts';
import { OpenedRequest, Request, RequestHistory, RequestList, RequestStatus, statusShown } from './shown.ts';

const tag = 'Requests';
const path = '/v1/requests';
const params = model.RequestParams;

export function requestRoutes(requests: RequestService): Route[] {
  const { acts } = requests;
  /** One event, by an officer; the answer is how the request stands then, without a word of the person. */
  const acting = (
    operationId: string,
    name: string,
    summary: string,
    body: TObject | TSchema,
    act: (context: Context, file: File, body: never) => Promise<File>,
    permission: Permission = 'requests.manage',
    reads?: 'personal-data',
  ) =>
    route(
      {
        operationId,
        method: 'post',
        path: `${path}/{requestId}/${name}`,
        tag,
        summary,
        ...ACT_WORDS[operationId],
        permission,
        reads,
        params,
        body,
        idempotency: 'required',
        status: 200,
        response: RequestStatus,
      },
      async ({ context, params: { requestId }, body: given }) => ({
        body: statusShown(await act(context, await requests.file(context, requestId), given as never)),
      }),
    );
  const reading = { tag, method: 'get', permission: 'requests.read', reads: 'personal-data', status: 200 } as const;

  return [
    route(
      {
        operationId: 'openRequest',
        method: 'post',
        path,
        tag,
        permission: 'requests.open',
        summary: 'Enter a request that came in, or send one for a signed-in account; its clock begins with the receipt',
        description:
          'The first step for whatever comes by letter, telephone, mail or at the desk; `receivedAt` sets the ' +
          'clock, not the day it is typed in. For a signed-in account the platform calls it with `subject`, and ' +
          'identity counts as shown.',
        body: model.RequestIntake,
        example: {
          type: 'access',
          channel: 'letter',
          receivedAt: '2026-02-25T09:00:00Z',
          text: 'Please send me everything you have about me.',
          requester: {
            name: 'Jo Keller',
            email: 'jo.keller@example.org',
            address: 'Lindenweg 4, 3000 Bern',
            language: 'en',
          },
        },
        idempotency: 'required',
        status: 201,
        response: OpenedRequest,
      },
      async ({ context, body }) => ({ body: await requests.open(context, body) }),
    ),
    route(
      {
        operationId: 'listRequests',
        method: 'get',
        path,
        tag,
        permission: 'requests.list',
        status: 200,
        summary: 'Requests, newest first: by state, type, day and who works on them; nobody’s name',
        description:
          'The work list: what is open, by when it must be answered, who works on it. `due-by` and `open=true` show ' +
          'what is urgent. Names are in the single request, where looking is recorded.',
        query: model.RequestQuery,
        response: RequestList,
      },
      async ({ context, query }) => ({ body: await requests.list(context, query) }),
    ),
    route(
      {
        operationId: 'getRequestCalendar',
        method: 'get',
        path: `${path}/calendar`,
        tag,
        status: 200,
        summary: 'The last days of open requests as a calendar (RFC 5545), without personal data',
        description:
          'Subscribe to it in a calendar program, with the token in the header: every open request as an event on ' +
          'its last day, by number only.',
        permission: 'requests.list',
        response: 'text/calendar; charset=utf-8',
      },
      async ({ context }) => ({ stream: once(await requests.calendar(context)) }),
    ),
    route(
      {
        ...reading,
        operationId: 'getRequest',
        path: `${path}/{requestId}`,
        params,
        response: Request,
        summary: 'One request: state, what can happen next, its clock with every reason, duties, letters, notes',
        description:
          'Everything an officer needs to take the next step: `legal` lists the calls that are possible now, ' +
          '`clock` says by when and why. Each call is a look and is recorded.',
      },
      async ({ context, params: { requestId } }) => ({ body: await requests.get(context, requestId) }),
    ),
    route(
      {
        ...reading,
        operationId: 'getRequestHistory',
        path: `${path}/{requestId}/events`,
        params,
        summary: 'Everything that was recorded of it, in order',
        description:
          'Each event with who, when and in which words, corrections beside what they correct. What a supervisory ' +
          'authority would want to see.',
        response: RequestHistory,
      },
      async ({ context, params: { requestId } }) => ({ body: await requests.history(context, requestId) }),
    ),
    route(
      {
        ...reading,
        operationId: 'getRequestPage',
        path: `${path}/{requestId}/page`,
        params,
        summary: 'The same as a page to read, print and file',
        description:
          'For the file: state, clock, events and letters on one page in the language of the portal, to print or ' +
          'keep as HTML.',
        response: 'text/html; charset=utf-8',
      },
      async ({ context, params: { requestId } }) => printed(renderHtml(await requests.page(context, requestId))),
    ),
    route(
      {
        ...reading,
        operationId: 'getRequestCandidates',
        path: `${path}/{requestId}/candidates`,
        params,
        summary: 'Whom it could be about: who has the address, and what of the brought evidence fits; each is a look',
        description:
          'When a request came without an account: accounts that fit the address or the evidence, to decide with ' +
          '`POST …/subject`. Each is a look, also where nothing was found.',
        response: RequestCandidates,
      },
      async ({ context, params: { requestId } }) => ({ body: await requests.candidates(context, requestId) }),
    ),
    route(
      {
        ...reading,
        operationId: 'getRequestPortals',
        path: `${path}/{requestId}/portals`,
        params,
        summary: 'Other portals where the person is known, and who answers for what is held there',
        description:
          'For who acts for the whole installation: where else the account is known, and whether the same ' +
          'controllers answer there. With `POST …/portals` the answer covers those too.',
        response: PortalAnswers,
      },
      async ({ context, params: { requestId } }) => ({ body: await requests.portals(context, requestId) }),
    ),
    ...officerActs(acts).map(([id, name, summary, body, act, permission]) =>
      acting(id, name, summary, body, act as never, permission),
    ),
    acting(
      'identifyRequest',
      'identification',
      'Find the person by a receipt, a visitor id, or time and address; each try is a look',
      model.Identification,
      acts.identify,
      'requests.manage',
      'personal-data',
    ),
    route(
      {
        operationId: 'enterIdentityCode',
        method: 'post',
        path: `${path}/{requestId}/identity-code`,
        tag,
        params,
        summary: 'Enter the code that the person sent back by letter, by telephone or at the desk',
        description:
          'For codes that do not come by the public page. Five tries are allowed; the answer says whether it was ' +
          'right, and how the request stands.',
        permission: 'requests.manage',
        body: model.CodeInput,
        example: { code: '7KQ4-M2XD' },
        idempotency: 'required',
        status: 200,
        response: Confirmation,
      },
      async ({ context, params: { requestId }, body }) => {
        const { outcome } = await acts.tryCode(context, await requests.file(context, requestId), body.code);
        const request = statusShown(await requests.file(context, requestId));
        return { body: { outcome: outcome as 'confirmed', request } };
      },
    ),
    route(
      {
        operationId: 'releaseRequestPackage',
        method: 'post',
        path: `${path}/{requestId}/release`,
        tag,
        params,
        summary: 'Hand the package out: by a link for one time, or encrypted for a passphrase',
        description:
          'The last step of an access or portability request, once a second person has approved the package. The ' +
          'person gets the link by the channel they used; a passphrase must reach them another way.',
        permission: 'requests.manage',
        body: model.Release,
        example: { by: 'link' },
        idempotency: 'required',
        status: 200,
        response: Type.Object(
          {
            request: RequestStatus,
            url: Type.Union([Type.String(), Type.Null()], {
              description: 'Where the person fetches it, once; the answer by mail has it too. Null for a passphrase.',
            }),
          },
          { additionalProperties: false, title: 'ReleasedForRequest' },
        ),
      },
      async ({ context, params: { requestId }, body }) => {
        const { file, url } = await acts.release(context, await requests.file(context, requestId), body);
        return { body: { request: statusShown(file), url: url ?? null } };
      },
    ),
  ];
}

const Confirmation = Type.Object(
  {
    outcome: Type.Enum(['confirmed', 'wrong', 'expired', 'exhausted']),
    request: RequestStatus,
  },
  { additionalProperties: false, title: 'IdentityCodeTried' },
);

type OfficerAct = [id: string, name: string, summary: string, body: TSchema, act: unknown, permission?: Permission];

/** One route for each event that an officer brings about. */
const officerActs = (acts: Acts): OfficerAct[] => [
  ['acknowledgeRequest', 'acknowledgement', 'Tell the person that it came', model.Acknowledgement, acts.acknowledge],
  ['assignRequest', 'assignment', 'Say who works on it', model.Assignment, acts.assign],
  ['noteOnRequest', 'notes', 'Leave a note for colleagues', model.Note, acts.note],
  ['informOfRequest', 'information', 'Keep the person informed', model.Information, acts.inform],
  ['nameRequestSubject', 'subject', 'Say whom it is about', model.SubjectNaming, acts.nameSubject],
  [
    'joinRequestPortals',
    'portals',
    'Answer it for other portals too, where the same controllers answer (Art. 4(7), 26)',
    model.PortalJoining,
    acts.joinPortals,
  ],
  [
    'checkRequestIdentity',
    'identity-checks',
    'Ask who it is, where there is reasonable doubt (Art. 12(6))',
    model.IdentityCheck,
    acts.checkIdentity,
  ],
  [
    'recordIdentityAnswer',
    'identity-answer',
    'Record that what was asked for has come',
    model.IdentityAnswer,
    acts.identityAnswered,
  ],
  [
    'decideRequestIdentity',
    'identity-decision',
    'Say whether it is shown who asks',
    model.IdentityDecision,
    acts.decideIdentity,
  ],
  [
    'askClarification',
    'clarification',
    'Ask what the request is about (Recital 63)',
    model.Clarification,
    acts.askClarification,
  ],
  [
    'recordClarification',
    'clarification-answer',
    'Record what the person answered',
    model.ClarificationAnswer,
    acts.clarified,
  ],
  ['askRequestFee', 'fee', 'Announce a fee before the work (Art. 12(5), 15(3))', model.Fee, acts.askFee],
  ['recordFeePaid', 'payment', 'Record that the fee was paid', model.Payment, acts.feePaid],
  [
    'extendRequest',
    'extension',
    'Extend by two further months, with reasons (Art. 12(3))',
    model.Extension,
    acts.extend,
  ],
  [
    'answerCannotIdentify',
    'unidentifiable',
    'Answer that nobody can be identified, and what would (Art. 11(2))',
    model.CannotIdentify,
    acts.cannotIdentify,
  ],
  [
    'proposeForRequest',
    'proposals',
    'Propose what cannot be taken back, for a second person',
    model.Proposal,
    acts.propose,
  ],
  ['approveForRequest', 'approval', 'Agree, as the second person', model.Approval, acts.approve, 'requests.approve'],
  ['rejectForRequest', 'rejection', 'Do not agree, or no longer', model.Rejection, acts.reject, 'requests.approve'],
  ['executeRequest', 'execution', 'Carry it out', model.Execution, acts.execute],
  [
    'approveRequestPackage',
    'package-approval',
    'Agree to the package, as the second person',
    model.PackageApproval,
    acts.approvePackage,
    'requests.approve',
  ],
  ['answerRequest', 'answer', 'Tell the person what was done', model.Answer, acts.answer],
  ['limitRequest', 'limitation', 'Record a limit by national law (Art. 23)', model.Limitation, acts.limit],
  ['refuseRequest', 'refusal', 'Refuse, with reasons and remedies (Art. 12(4))', model.Refusal, acts.refuse],
  [
    'withdrawRequest',
    'withdrawal',
    'Record that the person no longer wants it',
    model.Withdrawal,
    (context: Context, file: File) => acts.withdraw(context, file, 'officer'),
  ],
  [
    'markRequestDuplicate',
    'duplicate-of',
    'Say that it is dealt with in another request',
    model.DuplicateOf,
    acts.markDuplicate,
  ],
  [
    'announceLifting',
    'lifting-notice',
    'Tell the person before a restriction is lifted (Art. 18(3))',
    model.LiftingNotice,
    acts.announceLifting,
  ],
  ['liftRestriction', 'lifting', 'Lift a restriction; refused before the notice', model.Lifting, acts.lift],
  [
    'endLimitGround',
    'ground-end',
    'Say that the ground of a limit has ended; a new month begins',
    model.GroundEnd,
    acts.groundEnded,
  ],
  ['reopenRequest', 'reopening', 'Open it again', model.Reopening, acts.reopen],
  [
    'correctRequest',
    'corrections',
    'Put right when something happened, or that it never did',
    model.Correction,
    acts.correct,
  ],
];
