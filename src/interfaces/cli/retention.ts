import { type Command, Option } from 'commander';
import type { Services } from '../../app/services.ts';
import type { Plan, Sweep } from '../../data/retention/model.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { commandContext, withServices } from './installation.ts';
import { instantArgument, jsonOption, oneTenantOption, yesOption } from './options.ts';
import { EXIT, say } from './outcome.ts';
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
    .description('let the rules through that a sweep’s brake has stopped')
    .argument('<sweep>', 'its id')
    .requiredOption('--rule <id...>', 'the rules to let through')
    .requiredOption('--tenant <id>', 'its tenant')
    .addOption(yesOption())
    .action((sweepId: string, { rule, tenant, yes }: { rule: string[]; tenant: string; yes?: boolean }) =>
      withServices(async (services) => {
        await confirm(`${rule.join(', ')} will destroy more than the brake lets through.`, yes);
        // The second pair of eyes: another principal than the sweep's own.
        const context = await services.access.contextFor(tenant, {
          id: 'system:cli-approval',
          role: 'admin',
          everyTenant: true,
        });
        await services.retention.sweeps.approve(context, sweepId, rule);
        await services.retention.sweeps.settled();
        printSweep(tenant, await services.retention.sweeps.get(context, sweepId));
      }),
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
    ['rule', 'does', 'to', 'due', 'held', 'of', 'oldest', 'brake', 'such as'],
    plan.rules.map((rule) => [
      rule.rule,
      `${rule.action} ${rule.after} after ${rule.from}`,
      rule.category,
      rule.due,
      rule.held,
      rule.total,
      rule.oldest?.slice(0, 10) ?? '',
      rule.braked ? 'stops' : '',
      rule.sample[0]?.slice(0, 13) ?? '',
    ]),
    'The policies have no retention rules.',
  );
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
      `  The brake stopped some rules. To let them through: lethe retention approve ${sweep.sweepId} --tenant ${tenant} --rule …`,
    );
  printTable(
    ['rule', 'state', 'treated', 'held', 'suppressed', 'batches'],
    sweep.steps.map((step) => [step.rule, step.status, step.treated, step.held, step.suppressed, step.batches]),
    'Nothing to do.',
  );
}
