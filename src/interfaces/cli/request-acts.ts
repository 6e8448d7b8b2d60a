import { type Command, Option } from 'commander';
import type { TSchema } from 'typebox';
import type { Services } from '../../app/services.ts';
import * as model from '../../rights/requests/model.ts';
import type { OpenedRequest, RequestStatus } from '../../rights/requests/shown.ts';
import { withServices } from './installation.ts';
import { formatOption, tenantOption, yesOption } from './options.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';
import { existingFile, secretFrom } from './path-argument.ts';
import { carryOn, performed, requestSeen } from './request-performing.ts';
import { bodyOf, bodyOptions, type Given } from './schema-options.ts';
import { confirm, printJson } from './terminal.ts';

/** One act on a request from the command line: the operation of the contract that it is, and what goes with it. */
interface RequestAct {
  operation: string;
  body: TSchema;
  /** Asked before it, of what cannot be taken back. */
  warning?: string;
}

export interface ActCommand {
  name: string;
  description: string;
  /** The acts it can be, by what is given and how the request stands. */
  acts: Readonly<Record<string, RequestAct>>;
  /** Which of them; where there is one alone, that. */
  choose?: (given: Given, state: () => Promise<string>) => Promise<string>;
  options?: () => Option[];
  /** By a second person: the token says who. */
  second?: true;
}

const one = (operation: string, body: TSchema, warning?: string) => ({ act: { operation, body, warning } });

/** What officers do to a request, one command each. */
export const ACT_COMMANDS: readonly ActCommand[] = [
  {
    name: 'acknowledge',
    description: 'tell the person that it came',
    acts: one('acknowledgeRequest', model.Acknowledgement),
  },
  {
    name: 'name-subject',
    description: 'say whom it is about: account:ID or visitor:ID',
    acts: one('nameRequestSubject', model.SubjectNaming),
  },
  {
    name: 'check-identity',
    description:
      'ask who it is (--method, --doubt); enter the code (--code); record that papers came (--answered); decide (--confirmed)',
    acts: {
      ask: { operation: 'checkRequestIdentity', body: model.IdentityCheck },
      code: { operation: 'enterIdentityCode', body: model.CodeInput },
      answered: { operation: 'recordIdentityAnswer', body: model.IdentityAnswer },
      decide: { operation: 'decideRequestIdentity', body: model.IdentityDecision },
    },
    choose: async (given) =>
      given['code'] !== undefined
        ? 'code'
        : given['confirmed'] !== undefined
          ? 'decide'
          : given['answered']
            ? 'answered'
            : 'ask',
    options: () => [new Option('--answered', 'what was asked for has come')],
  },
  {
    name: 'clarify',
    description: 'ask what the request is about (--question), or record the answer (--text)',
    acts: {
      ask: { operation: 'askClarification', body: model.Clarification },
      answered: { operation: 'recordClarification', body: model.ClarificationAnswer },
    },
    choose: async (given) => (given['text'] === undefined ? 'ask' : 'answered'),
  },
  { name: 'fee-paid', description: 'record that the fee was paid', acts: one('recordFeePaid', model.Payment) },
  {
    name: 'extend',
    description: 'extend it by two further months, with reasons the person is told (Art. 12(3))',
    acts: one('extendRequest', model.Extension),
  },
  {
    name: 'propose',
    description: 'propose what cannot be taken back, for a second person',
    acts: one('proposeForRequest', model.Proposal),
  },
  {
    name: 'approve',
    description: 'agree as the second person: to what was proposed, or to the package',
    acts: {
      proposal: {
        operation: 'approveForRequest',
        body: model.Approval,
        warning: 'It can be carried out from then on.',
      },
      package: {
        operation: 'approveRequestPackage',
        body: model.PackageApproval,
        warning: 'The package can be handed out from then on.',
      },
    },
    choose: async (_, state) => ((await state()) === 'executed' ? 'package' : 'proposal'),
    second: true,
  },
  {
    name: 'reject',
    description: 'do not agree to what was proposed, as the second person',
    acts: one('rejectForRequest', model.Rejection),
    second: true,
  },
  {
    name: 'execute',
    description: 'carry it out: make the copy, erase, correct, restrict',
    acts: one('executeRequest', model.Execution, 'It is carried out now, and an erasure cannot be taken back.'),
  },
  {
    name: 'release',
    description: 'hand the package out: by a link for one time (printed here), or for a passphrase',
    acts: one('releaseRequestPackage', model.Release, 'The person gets the package.'),
    options: () => [
      new Option('--passphrase-file <file>', 'of `--by passphrase`: a file with it, readable by you alone').argParser(
        existingFile,
      ),
    ],
  },
  {
    name: 'answer',
    description: 'tell the person what was done; closes the request',
    acts: one('answerRequest', model.Answer, 'The person is told.'),
  },
  {
    name: 'refuse',
    description: 'refuse it, with reasons and remedies (Art. 12(4))',
    acts: one('refuseRequest', model.Refusal, 'The person is told that it is refused.'),
  },
];

/** Members that would be seen by everybody on the machine who lists its processes. */
const SECRET = ['passphrase'];

export interface ActOptions {
  tenant: string;
  format: 'table' | 'json';
  tokenFile?: string;
  yes?: boolean;
}

export const tokenFileOption = () =>
  new Option('--token-file <file>', 'a file with your token: act as you (default: as this machine)').argParser(
    existingFile,
  );

export function defineActs(requests: Command): void {
  addOptions(requests.command('open').description('enter a request that came in; its clock begins with the receipt'), [
    model.RequestIntake,
  ]).action((options: ActOptions & Given) => open(options));
  for (const command of ACT_COMMANDS) {
    const defined = requests.command(command.name).argument('<request>', 'its id').description(command.description);
    addOptions(
      defined,
      Object.values(command.acts).map(({ body }) => body),
    );
    for (const option of command.options?.() ?? []) defined.addOption(option);
    if (Object.values(command.acts).some(({ warning }) => warning)) defined.addOption(yesOption());
    defined.action((requestId: string, options: ActOptions & Given) => act(command, requestId, options));
  }
}

/** One option of each name; where several bodies have it, it means the same. */
function addOptions(command: Command, bodies: TSchema[]): Command {
  const options = new Map<string, Option>();
  for (const body of bodies) for (const option of bodyOptions(body, SECRET)) options.set(option.long as string, option);
  for (const option of options.values()) command.addOption(option);
  return command
    .addOption(tenantOption('whose request'))
    .addOption(tokenFileOption())
    .addOption(formatOption('table', 'json'));
}

async function open(options: ActOptions & Given): Promise<void> {
  const body = bodyOf(model.RequestIntake, options);
  await withServices(async (services) => {
    const opened = await performed<OpenedRequest>(services, 'openRequest', { ...options, params: {}, body });
    if (options.format === 'json') return printJson(opened);
    process.stdout.write(`${opened.requestId}\n`);
    say(`${opened.reference}: due ${opened.dueOn ?? '–'}. Next: lethe requests work ${opened.requestId}`);
  });
}

/** What the passphrase is comes from a file alone. */
function withSecrets(given: ActOptions & Given): Given {
  const file = given['passphraseFile'] as string | undefined;
  return file === undefined ? given : { ...given, passphrase: secretFrom(file) };
}

async function act(command: ActCommand, requestId: string, options: ActOptions & Given): Promise<void> {
  await withServices(async (services) => {
    const answer = await perform(services, command, requestId, options);
    if (options.format === 'json') return printJson(answer);
    told(answer);
  });
}

/** @throws CommandFailure (2) without the token of a second person, or where the body is not right */
export async function perform(
  services: Services,
  command: ActCommand,
  requestId: string,
  options: ActOptions & Given,
): Promise<RequestStatus & { url?: string | null }> {
  if (command.second && options.tokenFile === undefined)
    throw new CommandFailure(EXIT.usage, 'Say as whom you agree or not: --token-file with a token of that person.');
  const state = async () => (await requestSeen(services, options.tenant, requestId)).state;
  const chosen = (await command.choose?.(options, state)) ?? 'act';
  const { operation, body: schema, warning } = command.acts[chosen] as RequestAct;
  const body = bodyOf(schema, withSecrets(options));
  if (warning) await confirm(warning, options.yes);
  const answer = await performed<Answered>(services, operation, { ...options, params: { requestId }, body });
  const status = 'request' in answer ? { ...answer.request, url: answer.url } : answer;
  if (status.state !== 'executing') return status;
  return (await carryOn(services, options.tenant, requestId)) ?? status;
}

type Answered = RequestStatus | { request: RequestStatus; url?: string | null };

export function told(status: RequestStatus & { url?: string | null }): void {
  if (status.url) process.stdout.write(`${status.url}\n`);
  say(`${status.reference} ${status.type}: ${status.state}; due ${status.dueOn ?? '–'}`);
  if (status.state === 'executing') say('It is being carried out; the service goes on with it by itself.');
}
