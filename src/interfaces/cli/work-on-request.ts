import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { TSchema } from 'typebox';
import type { Services } from '../../app/services.ts';
import type { Request } from '../../rights/requests/shown.ts';
import { withServices } from './installation.ts';
import { tenantOption } from './options.ts';
import { CommandFailure, say } from './outcome.ts';
import { existingFile } from './path-argument.ts';
import { ACT_COMMANDS, type ActCommand, type ActOptions, perform, tokenFileOption, told } from './request-acts.ts';
import { requestSeen } from './request-performing.ts';
import { fieldsOf, flagOf, type Given } from './schema-options.ts';

/** What the next step rests on. */
export type Standing = Pick<Request, 'state' | 'part' | 'duties' | 'identity' | 'subjectKnown'>;

/** What to do next: a command with what has to be said, or what is waited for. */
type NextStep =
  | { command: string; act: string; why: string; given?: Given; also?: readonly string[] }
  | { command?: undefined; waits: string };

const WAITS: Partial<Record<Standing['state'], string>> = {
  executing: 'It is being carried out, and goes on by itself.',
  unidentified: 'The person was told that nobody can be identified, and may bring more.',
  'awaiting-release': 'A hold keeps the rest; it is erased by itself once that has ended.',
  'in-force': 'It stands. Before it is lifted the person must be told (POST …/lifting-notice).',
  'lifting-announced': 'The person knows; it can be lifted (POST …/lifting).',
  'refusal-told': 'The person knows; what it had stopped can go on (POST …/lifting).',
};

/** The one step that leads on from here. What the law decides, refusals and extensions, is never suggested. */
export function nextStep({ state, part, duties, identity, subjectKnown }: Standing): NextStep {
  const has = (duty: string) => duties.some((one) => one.duty === duty);
  if (has('acknowledge'))
    return { command: 'acknowledge', act: 'act', why: 'The person does not know yet that it came.' };
  switch (state) {
    case 'awaiting-identity':
      if (identity?.method === 'email-code')
        return { command: 'check-identity', act: 'code', why: 'A code was sent; enter it when it comes back.' };
      return identity?.state === 'answered'
        ? { command: 'check-identity', act: 'decide', why: 'What was asked for has come: does it show who asks?' }
        : {
            command: 'check-identity',
            act: 'answered',
            given: { answered: true },
            why: 'Papers were asked for; record it when they come.',
          };
    case 'awaiting-clarification':
      return { command: 'clarify', act: 'answered', why: 'The person was asked something; record what they answer.' };
    case 'awaiting-fee':
      return { command: 'fee-paid', act: 'act', why: 'A fee was announced; record it when it is paid.' };
    case 'awaiting-approval':
      return { command: 'approve', act: 'proposal', why: 'A second person must agree to what was proposed.' };
    case 'open':
      if (subjectKnown === null)
        return { command: 'name-subject', act: 'act', why: 'It is not said yet whom it is about.' };
      if (identity?.state !== 'confirmed')
        return {
          command: 'check-identity',
          act: 'decide',
          // How the person was recognised, where nothing was asked for.
          also: ['text'],
          why: 'It is not established yet who asks: say how the person was recognised, or ask (--method, --doubt).',
        };
      return part === 'erasure'
        ? { command: 'propose', act: 'act', given: { what: 'execution' }, why: 'An erasure needs two persons.' }
        : { command: 'execute', act: 'act', why: 'Everything is there to carry it out.' };
    case 'approved':
      return { command: 'execute', act: 'act', why: 'Two persons have agreed.' };
    case 'executed':
      if (has('approve-package')) return packageApproval(identity);
      if (has('release-package')) return { command: 'release', act: 'act', why: 'The package may go out.' };
      return { command: 'answer', act: 'act', why: 'The person is to be told what was done.' };
    default:
      return { waits: WAITS[state] ?? 'Nothing is left to do.' };
  }
}

/** Who was only recognised has shown no way to themselves: whoever agrees takes that upon them (see what they are told). */
function packageApproval(identity: Standing['identity']): NextStep {
  const approve = { command: 'approve', act: 'package', why: 'A second person must look at the package and agree.' };
  if (identity?.state === 'confirmed' && identity.method !== 'known') return approve;
  const why = `${approve.why} Nobody has verified the way to the person: --unverified agrees to that, too.`;
  return { ...approve, why, given: { unverified: true } };
}

export function defineWork(requests: Command): void {
  requests
    .command('work')
    .argument('<request>', 'its id')
    .description(
      'the next step of a request: asks for what it needs, and does it; without a terminal prints the command',
    )
    .addOption(tenantOption('whose request'))
    .addOption(tokenFileOption())
    .action((requestId: string, options: { tenant: string; tokenFile?: string }) =>
      withServices((services) => work(services, requestId, { ...options, format: 'table' })),
    );
}

async function work(services: Services, requestId: string, options: ActOptions): Promise<void> {
  for (;;) {
    const request = await requestSeen(services, options.tenant, requestId);
    const step = nextStep(request);
    say(`${request.reference} ${request.type}: ${request.state}; due ${request.dueOn ?? '–'}`);
    if (step.command === undefined) return say(step.waits);
    const command = ACT_COMMANDS.find(({ name }) => name === step.command) as ActCommand;
    const schema = command.acts[step.act]?.body as TSchema;
    say(step.why);
    const line = commandLine(requestId, options.tenant, step, command, schema);
    if (!process.stdin.isTTY) return void process.stdout.write(`${line}\n`);
    const given = await answers(command, schema, step, options);
    if (given === undefined) return say(`Later: ${line}`);
    told(await perform(services, command, requestId, given));
  }
}

/** As it would be typed, with the choices or a blank where something has to be said. */
export function commandLine(
  requestId: string,
  tenant: string,
  { given = {}, also = [] }: { given?: Given; also?: readonly string[] },
  { name, second, acts }: ActCommand,
  schema: TSchema,
): string {
  const said = Object.entries(given).map(([flag, value]) => (value === true ? `--${flag}` : `--${flag} ${value}`));
  const open = fieldsOf(schema)
    .filter(({ path: [name = ''], required }) => (required || also.includes(name)) && given[name] === undefined)
    .map(({ path, schema: { type, enum: choices } }) => {
      const blank = type === 'boolean' ? 'yes|no' : (choices?.join('|') ?? '…');
      return `${flagOf(path)} <${blank}>`;
    });
  return [
    `lethe requests ${name} ${requestId}`,
    ...(tenant === 'main' ? [] : [`--tenant ${tenant}`]),
    ...said,
    ...open,
    ...(second ? ['--token-file <file>'] : []),
    ...(Object.values(acts).some(({ warning }) => warning) ? ['--yes'] : []),
  ].join(' ');
}

/** Asks for what has to be said; undefined for who wants to do it later. */
async function answers(
  command: ActCommand,
  schema: TSchema,
  { given: said, also = [] }: { given?: Given; also?: readonly string[] },
  options: ActOptions,
): Promise<(ActOptions & Given) | undefined> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const given: ActOptions & Record<string, unknown> = { ...options, ...said };
  try {
    for (const { path, required, schema: field } of fieldsOf(schema)) {
      const name = path[0] as string;
      if (!(required || also.includes(name)) || given[name] !== undefined) continue;
      const choices = field.type === 'boolean' ? ['yes', 'no'] : (field.enum ?? []);
      const hint = choices.length > 0 ? ` (${choices.join(', ')})` : '';
      const answer = (await reader.question(`${name}${hint}; empty to stop: `)).trim();
      if (answer === '') return undefined;
      given[name] = field.type === 'array' ? answer.split(/[\s,]+/) : answer;
    }
    if (command.second && given.tokenFile === undefined) {
      const file = (await reader.question('File with the token of the second person; empty to stop: ')).trim();
      if (file === '') return undefined;
      given.tokenFile = existingFile(file);
    }
    return given;
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    say(error.message);
    return undefined;
  } finally {
    reader.close();
  }
}
