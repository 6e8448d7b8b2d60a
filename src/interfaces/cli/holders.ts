import type { Command } from 'commander';
import { HolderFault } from '../../foundations/holders/external.ts';
import { createExternalHolders, environmentSecrets, type OpenedHolder } from '../../foundations/holders/open.ts';
import { openPolicies } from '../../register/policies/policies.ts';
import { configuration } from './configuration.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';
import { printJson, printTable } from './terminal.ts';

interface Options {
  format: string;
}

/** Milliseconds a holder may take to be looked at. */
const PATIENCE = 120_000;
const FAULTS: Record<string, string> = {
  unreachable: 'It cannot be reached.',
  'timed-out': 'It did not answer in time.',
  refused:
    'It refused what was asked, or may not be called: look at the role of the connection, the secret and the address.',
  garbage: 'What it answered cannot be read.',
  misconfigured:
    'The settings its file names are missing, of another kind, or in a file that others can read; or its tables are not there.',
  'in-the-clear':
    'It is on another machine, and nothing was sent: add sslmode=verify-full to its settings (and sslrootcert=FILE), or set LETHE_ALLOW_PLAIN_DATABASE=true where the network between is yours alone.',
  failed: 'It failed.',
};

/** For the platform's team: no database of the service is opened, only the policies and the holders they declare. */
export function define(holders: Command): void {
  holders
    .command('check')
    .description(
      'compare declarations with the real databases (exit 0: they fit, 1: they do not, 2: could not be asked)',
    )
    .argument('[id]', 'one holder only (default: all)')
    .option('--format <format>', 'table or json', 'table')
    .action((id: string | undefined, { format }: Options) => withHolders(id, (holders) => check(holders, format)));
  holders
    .command('plan')
    .description('say what is declared: categories, what can be done with them, and what retention counts from')
    .argument('[id]', 'one holder only (default: all)')
    .option('--format <format>', 'table or json', 'table')
    .action((id: string | undefined, { format }: Options) => withHolders(id, async (all) => show(all, format)));
}

async function withHolders(id: string | undefined, run: (holders: OpenedHolder[]) => Promise<void>): Promise<void> {
  const { policies: folder, outbox, allowPlainDatabase: allowPlain } = configuration();
  const { privateTargets } = outbox;
  const policies = openPolicies(folder, { privateTargets }).current();
  const all = createExternalHolders({ policies, secrets: environmentSecrets(process.env), privateTargets, allowPlain });
  const wanted = all.filter((holder) => id === undefined || holder.id === id);
  if (id !== undefined && wanted.length === 0)
    throw new CommandFailure(
      EXIT.usage,
      `No holder is declared as ${id}. There are: ${all.map((one) => one.id).join(', ') || 'none'}.`,
    );
  try {
    await run(wanted);
  } finally {
    for (const holder of all) await holder.close();
  }
}

async function check(holders: OpenedHolder[], format: string): Promise<void> {
  const results = [];
  for (const holder of holders) {
    try {
      results.push({ holder: holder.id, fault: null, findings: await holder.check(AbortSignal.timeout(PATIENCE)) });
    } catch (error) {
      if (!(error instanceof HolderFault)) throw error;
      results.push({ holder: holder.id, fault: error.code, findings: [] });
    }
  }
  if (format === 'json') printJson({ holders: results });
  else {
    for (const { holder, fault } of results) if (fault) say(`${holder}: ${fault}. ${FAULTS[fault] ?? ''}`);
    printTable(
      ['holder', 'level', 'code', 'table', 'column', 'what', 'what would be right'],
      results.flatMap(({ holder, findings }) =>
        findings.map((one) => [holder, one.severity, one.code, one.table, one.column ?? '', one.detail, one.remedy]),
      ),
      holders.length === 0 ? 'The policies declare no holder outside.' : 'No finding.',
    );
  }
  const wrong = results.some(({ findings }) => findings.some(({ severity }) => severity === 'error'));
  if (results.some(({ fault }) => fault !== null)) process.exitCode = EXIT.usage;
  else if (wrong) process.exitCode = EXIT.failed;
}

async function show(holders: OpenedHolder[], format: string): Promise<void> {
  const described = holders.map((holder) => ({ holder: holder.id, ...holder.describe() }));
  if (format === 'json') printJson({ holders: described });
  else
    printTable(
      ['holder', 'category', 'can', 'counts from', 'place'],
      described.flatMap(({ holder, categories, actions, clocks, place }) =>
        categories.map((id) => [holder, id, (actions[id] ?? []).join(', '), (clocks[id] ?? []).join(', '), place]),
      ),
      'The policies declare no holder outside.',
    );
}
