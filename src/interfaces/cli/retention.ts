import { createHash } from 'node:crypto';
import { type Command, Option } from 'commander';
import type { Services } from '../../app/services.ts';
import type { Plan, ReviewedSet, Sweep } from '../../data/retention/model.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { periodOf } from '../../register/policies/diff.ts';
import { commandContext, officerContext, tokenContext, withServices } from './installation.ts';
import { instantArgument, jsonOption, oneTenantOption, yesOption } from './options.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';
import { existingFile } from './path-argument.ts';
import { confirm, printJson, printTable, progressBar } from './terminal.ts';

const ruleOption = () => new Option('--rule <id...>', 'these rules only (default: all)');

interface Options {
  tenant?: string;
  rule?: string[];
  json?: boolean;
}

async function contexts(services: Services, tenant: string | undefined): Promise<Context[]> {
  const ids = tenant === undefined ? await services.access.tenantIds() : [tenant];
  return Promise.all(ids.map((id) => commandContext(services, id)));
}

export function define(retention: Command): void {
  retention
    .command('plan')
    .description('say what a sweep would do; touches nothing')
    .option('--as-of <instant>', 'now, an earlier or a later day', instantArgument)
    .addOption(ruleOption())
    .addOption(oneTenantOption())
    .addOption(jsonOption())
    .action(({ asOf, rule, tenant, json }: Options & { asOf?: Date }) =>
      withServices(async (services) => {
        for (const context of await contexts(services, tenant)) {
          const plan = await services.retention.plans.plan(context, {
            asOf: asOf ? asOf.toISOString() : undefined,
            rules: rule,
          });
          if (json) printJson({ tenant: context.tenant.id, ...plan });
          else printPlan(context.tenant.id, plan);
        }
      }),
    );
  retention
    .command('sweep')
    .description('do it: batch by batch, going on where an interrupted sweep stopped')
    .option('--plan <digest>', 'only exactly what this plan found due')
    .option('--dry-run', 'plan only')
    .addOption(ruleOption())
    .addOption(oneTenantOption())
    .addOption(yesOption())
    .addOption(jsonOption())
    .action(
      ({
        plan: planDigest,
        dryRun,
        rule,
        tenant,
        yes,
        json,
      }: Options & { plan?: string; dryRun?: boolean; yes?: boolean }) =>
        withServices(async (services) => {
          if (!dryRun) await confirm('What is due will be destroyed for good.', yes);
          for (const context of await contexts(services, tenant)) {
            if (dryRun) {
              printPlan(context.tenant.id, await services.retention.plans.plan(context, rule ? { rules: rule } : {}));
              continue;
            }
            const sweep = await sweepTenant(services, context, {
              planDigest,
              rules: rule,
            });
            if (json) printJson(sweep);
            else printSweep(context.tenant.id, sweep);
            if (sweep.status !== 'completed') process.exitCode = EXIT.heldBack;
          }
        }),
    );
  retention
    .command('approve')
    .description(
      'let rules through that wait for an officer: a first run, one that reaches more, what the brake stopped',
    )
    .argument('[sweep]', 'its id (default: whatever waits)')
    .option('--rule <id...>', 'these rules only (default: all that wait)')
    .option('--all', 'all that waits, of every tenant that --tenant names (default: each), exactly as reviewed')
    .option('--review <digest>', 'with --all: the digest that `lethe retention review` said')
    .addOption(new Option('--tenant <id...>', 'the tenant (default: main); with --all several (default: each)'))
    .option('--token-file <file>', 'a file with the officer’s token: approve as that officer', existingFile)
    .addOption(yesOption())
    .action((sweepId: string | undefined, { rule, tenant: tenants, tokenFile, yes, all, review }: ApproveOptions) =>
      withServices(async (services) => {
        if (all) {
          if (review === undefined || rule || sweepId)
            throw new CommandFailure(EXIT.usage, 'With --all goes --review DIGEST, and neither a sweep nor --rule.');
          return approveReviewed(services, tenants, review, tokenFile, yes);
        }
        const [tenant = 'main', ...others] = tenants ?? [];
        if (review !== undefined || others.length > 0)
          throw new CommandFailure(EXIT.usage, 'Name one --tenant; --review goes with --all.');
        const context = await approverContext(services, tenant, tokenFile);
        const { sweeps } = services.retention;
        const chosen = (await sweeps.waiting(context))
          .filter((one) => sweepId === undefined || one.sweepId === sweepId)
          .map((one) => ({ ...one, rules: one.rules.filter((step) => !rule || rule.includes(step.rule)) }))
          .filter(({ rules }) => rules.length > 0);
        if (chosen.length === 0) throw new CommandFailure(EXIT.failed, 'None of this waits for approval.');
        printWaiting(chosen.flatMap(({ rules }) => rules));
        await confirm('They will destroy or reduce this for good.', yes);
        for (const { sweepId: id, rules } of chosen) {
          await sweeps.approve(
            context,
            id,
            rules.map((step) => step.rule),
          );
          await sweeps.settled();
          printSweep(tenant, await sweeps.get(context, id));
        }
      }),
    );
  retention
    .command('review')
    .description('show all that waits for an officer as one set, with the digest that approves it; touches nothing')
    .addOption(new Option('--tenant <id...>', 'these only (default: each)'))
    .addOption(jsonOption())
    .action(({ tenant, json }: { tenant?: string[]; json?: boolean }) =>
      withServices(async (services) => {
        const sets = await reviewedSets(services, tenant, undefined);
        const digest = digestOfAll(sets);
        if (json) {
          printJson({
            reviewDigest: digest,
            tenants: sets.map(({ context, set }) => ({ tenant: context.tenant.id, ...set })),
          });
          return;
        }
        for (const { context, set } of sets) {
          say(
            `${context.tenant.id}: sweep ${set.sweepId} as of ${set.asOf}: ${set.due} rows in ${set.rules.length} rules`,
          );
          for (const one of set.rules) say(`  ${one.rule}: ${one.inWords}. ${one.waits?.inWords ?? ''}`);
          if (set.silent.length > 0) say(`  The holder cannot be asked now, for: ${set.silent.join(', ')}`);
          printTable(
            ['rule', 'due', 'people', 'held', 'of', 'oldest', 'such as'],
            set.rules.map((one) => [
              one.rule,
              one.due,
              one.people ?? '',
              one.held,
              one.total,
              one.oldest?.slice(0, 10) ?? '',
              one.sample[0]?.slice(0, 13) ?? '',
            ]),
            'Nothing waits.',
          );
        }
        say(sets.length === 0 ? 'Nothing waits.' : `lethe retention approve --all --review ${digest}`);
      }),
    );
  retention
    .command('confirm-clock')
    .description(
      'say that the clock is right, after a long stop or once it was set right; until then nothing is destroyed',
    )
    .addOption(oneTenantOption())
    .addOption(yesOption())
    .action(({ tenant, yes }: { tenant?: string; yes?: boolean }) =>
      withServices(async (services) => {
        const { clockWatch } = services.retention;
        for (const id of tenant === undefined ? await services.access.tenantIds() : [tenant]) {
          const context = await officerContext(services, id);
          const { doubt, now } = await clockWatch.look(context);
          if (doubt === null) {
            say(`${id}: the clock is not in doubt.`);
            continue;
          }
          say(`${id}: the clock says ${now}; ${doubt}.`);
          await confirm('Is this the right time? What is due by it will be destroyed for good.', yes);
          await clockWatch.confirm(context);
          say(`${id}: confirmed.`);
        }
      }),
    );
}

interface ApproveOptions {
  rule?: string[];
  tenant?: string[];
  tokenFile?: string;
  yes?: boolean;
  all?: boolean;
  review?: string;
}

interface TenantSet {
  context: Context;
  set: ReviewedSet;
}

/** What waits, sweep by sweep, of these tenants or of each. */
async function reviewedSets(
  services: Services,
  tenants: string[] | undefined,
  tokenFile: string | undefined,
): Promise<TenantSet[]> {
  const { sweeps } = services.retention;
  const sets: TenantSet[] = [];
  for (const id of [...new Set(tenants ?? (await services.access.tenantIds()))].sort()) {
    const context = await approverContext(services, id, tokenFile);
    for (const { sweepId } of await sweeps.waiting(context))
      sets.push({ context, set: await sweeps.review(context, sweepId) });
  }
  return sets;
}

const digestOfAll = (sets: TenantSet[]): string =>
  createHash('sha256')
    .update(JSON.stringify(sets.map(({ context, set }) => [context.tenant.id, set.sweepId, set.reviewDigest])))
    .digest('hex');

/** All that waits, as it was reviewed: nothing is approved unless all of it is still that. */
async function approveReviewed(
  services: Services,
  tenants: string[] | undefined,
  review: string,
  tokenFile: string | undefined,
  yes: boolean | undefined,
): Promise<void> {
  const { sweeps } = services.retention;
  const sets = await reviewedSets(services, tenants, tokenFile);
  if (sets.length === 0) throw new CommandFailure(EXIT.failed, 'Nothing waits for approval.');
  if (digestOfAll(sets) !== review)
    throw new CommandFailure(
      EXIT.failed,
      'What waits is not what was reviewed: look at it again with `lethe retention review`. Nothing was approved.',
    );
  for (const { context, set } of sets) say(`${context.tenant.id}: ${set.due} rows in ${set.rules.length} rules`);
  await confirm('They will be destroyed or reduced for good.', yes);
  for (const { context, set } of sets) {
    await sweeps.approve(context, set.sweepId, { reviewDigest: set.reviewDigest });
    await sweeps.settled();
    printSweep(context.tenant.id, await sweeps.get(context, set.sweepId));
  }
}

/**
 * The second pair of eyes. Without a token it is the command line itself, which may approve what the schedule or somebody
 * over HTTP started, and nothing that was started here.
 */
async function approverContext(services: Services, tenant: string, tokenFile: string | undefined): Promise<Context> {
  if (tokenFile === undefined) return officerContext(services, tenant);
  return tokenContext(services, tenant, tokenFile, 'retention.approve');
}

function printWaiting(steps: Sweep['steps']): void {
  printTable(
    ['rule', 'due', 'people', 'why it waits'],
    steps.map((step) => [step.rule, step.due, step.people ?? '', step.waits?.inWords ?? '']),
    'Nothing waits.',
  );
}

async function sweepTenant(
  services: Services,
  context: Context,
  input: { planDigest?: string; rules?: string[] },
): Promise<Sweep> {
  const { sweeps } = services.retention;
  const bar = progressBar('rows');
  const onProgress = ({ rule, treated, due }: { rule: string; treated: number; due: number }) =>
    bar.update(treated, due, rule);
  try {
    for (const interrupted of await sweeps.interrupted(context)) {
      say(`Going on with the interrupted sweep ${interrupted} of ${context.tenant.id}.`);
      await sweeps.run(context, interrupted, onProgress);
    }
    const { sweepId } = await sweeps.open(context, input);
    return await sweeps.run(context, sweepId, onProgress);
  } finally {
    bar.stop();
  }
}

function printPlan(tenant: string, plan: Plan): void {
  const due = plan.rules.reduce((sum, rule) => sum + rule.due, 0);
  say(`${tenant} as of ${plan.asOf}: ${due} rows due. Plan digest ${plan.digest}`);
  printTable(
    ['rule', 'does', 'to', 'due', 'people', 'held', 'of', 'oldest', 'waits for', 'such as'],
    plan.rules.map((rule) => [
      rule.rule,
      `${rule.action} ${periodOf(rule)} after ${rule.from}`,
      rule.category,
      rule.due,
      rule.people ?? '',
      rule.held,
      rule.total,
      rule.oldest?.slice(0, 10) ?? '',
      rule.waits?.for ?? '',
      rule.sample[0]?.slice(0, 13) ?? '',
    ]),
    'The policies have no retention rules.',
  );
  for (const { rule, inWords, waits } of plan.rules)
    if (waits) say(`  ${rule} waits for an officer. ${inWords}. ${waits.inWords}`);
  for (const { rule, withoutClock, standsStill } of plan.rules) {
    if (standsStill !== null) say(`  ${rule} stands still. ${standsStill}`);
    if (withoutClock > 0) say(`  ${rule}: ${withoutClock} rows have no instant to count from and are never due.`);
  }
}

function printSweep(tenant: string, sweep: Sweep): void {
  say(
    `${tenant}: sweep ${sweep.sweepId} ${sweep.status}${sweep.certificateId ? `, certificate ${sweep.certificateId}` : ''}`,
  );
  if (sweep.status === 'awaiting-approval')
    say(
      `  Some rules wait for an officer, and hold up nothing else: lethe retention approve ${sweep.sweepId} --tenant ${tenant}`,
    );
  printTable(
    ['rule', 'state', 'treated', 'held', 'suppressed', 'batches', 'waits because'],
    sweep.steps.map((step) => [
      step.rule,
      step.status,
      step.treated,
      step.held,
      step.suppressed,
      step.batches,
      step.waits?.inWords ?? '',
    ]),
    'Nothing to do.',
  );
}
