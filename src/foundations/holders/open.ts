import { readSecretFile } from '../process/own-files.ts';
import { plainMariadbFault, plainPostgresFault } from '../store/plain-database.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import type { DeclaredHolder, RequestAction, SqlHolder, WebhookHolder } from './declaration.ts';
import { type ExternalHolder, HolderFault, type Secrets } from './external.ts';
import type { HolderFinding } from './finding.ts';
import { createFirstSights } from './first-sights.ts';
import type { Dialect, Engine, Limits } from './sql/engine.ts';
import { createSqlHolder } from './sql/holder.ts';
import { mariadbDialect } from './sql/mariadb-dialect.ts';
import { openPostgresEngine } from './sql/postgres.ts';
import { postgresDialect } from './sql/postgres-dialect.ts';
import { openSqliteEngine } from './sql/sqlite.ts';
import { sqliteDialect } from './sql/sqlite-dialect.ts';
import { createWebhookClient } from './webhook/client.ts';
import { createWebhookHolder } from './webhook/holder.ts';

/**
 * Settings of the environment, or of the file that `<name>_FILE` names; read anew each time. A file that others can read
 * counts as missing.
 */
export function environmentSecrets(environment: NodeJS.ProcessEnv): Secrets {
  return (name) => {
    const value = environment[name];
    if (value) return value;
    const file = environment[`${name}_FILE`];
    if (!file) return undefined;
    const read = readSecretFile(file);
    return 'secret' in read ? read.secret : undefined;
  };
}

/** What the policies say that holders outside are made from. */
interface HolderPolicies {
  holders?: readonly DeclaredHolder[];
  erasureRequests: readonly { category: string; action: RequestAction }[];
}

/**
 * The holders that the policies declare. None is asked for anything yet: one whose settings are missing answers
 * `misconfigured` whenever it is asked, so that what should have happened there is never taken for done.
 */
export function createExternalHolders(deps: ExternalHolderDeps): OpenedHolder[] {
  const onRequest = (category: string): RequestAction =>
    deps.policies.erasureRequests.find((rule) => rule.category === category)?.action ?? 'erase';
  return (deps.policies.holders ?? []).map((declaration) =>
    declaration.kind === 'sql' ? sqlHolder(declaration, deps, onRequest) : webhookHolder(declaration, deps),
  );
}

interface ExternalHolderDeps {
  policies: HolderPolicies;
  secrets: Secrets;
  /** Opens private and loopback targets: for tests and closed networks only. */
  privateTargets?: boolean;
  /** Databases on other machines may be spoken to in the clear. */
  allowPlain?: boolean;
  /** What signatures are dated by. */
  clock?: () => Date;
  /** Where keyed treatments have their keys; absent: none is carried out. */
  vault?: Pick<Vault, 'key'>;
  /** With the vault: where is remembered when rows were seen first; absent: no rule can count from that. */
  store?: Store;
}

/** The scope of what stands in place of values at a holder: destroying its key ends what joins them to people. */
const treatmentScope = (holder: string): string => `holder:${holder}`;

export interface OpenedHolder extends ExternalHolder {
  /** In what the declaration does not fit what is really there. @throws HolderFault */
  check(signal: AbortSignal): Promise<HolderFinding[]>;
  close(): Promise<void>;
}

function webhookHolder(declaration: WebhookHolder, { secrets, privateTargets, clock }: ExternalHolderDeps) {
  const now = clock ?? (() => new Date());
  const client = createWebhookClient({ declaration, secrets, privateTargets: privateTargets ?? false, clock: now });
  return createWebhookHolder(declaration, client, now);
}

function sqlHolder(
  declaration: SqlHolder,
  deps: Pick<ExternalHolderDeps, 'secrets' | 'allowPlain' | 'vault' | 'store'>,
  onRequest: (category: string) => RequestAction,
) {
  const { vault, store } = deps;
  const sightsOf =
    vault && store && ((tenantId: string) => createFirstSights({ store, vault }, tenantId, declaration.id));
  const keyOf =
    vault &&
    (async (tenantId: string) => {
      const key = await vault.key(tenantId, treatmentScope(declaration.id));
      return (use: string) => key.derive('treatment', use);
    });
  const limits: Limits = { statementSeconds: 30, lockSeconds: 5, batchRows: 500, ...declaration.limits };
  return createSqlHolder({
    declaration,
    engine: lazyEngine(declaration, deps, limits),
    limits,
    onRequest,
    keyOf,
    sightsOf,
  });
}

/** The kinds of databases a holder can be: by the name in its file, how its settings begin and how it is opened. */
const ENGINES: Record<SqlHolder['engine'], EngineKind> = {
  postgres: {
    url: /^postgres(ql)?:\/\//,
    plainFault: plainPostgresFault,
    open: openPostgresEngine,
    sql: postgresDialect,
  },
  mariadb: {
    url: /^(mysql|mariadb):\/\//,
    plainFault: plainMariadbFault,
    // Few installations need the driver: it is loaded for those that do.
    open: async (urls, limits) => (await import('./sql/mariadb.ts')).openMariadbEngine(urls, limits),
    sql: mariadbDialect,
  },
  sqlite: { url: /^sqlite:./, plainFault: () => undefined, open: openSqliteEngine, sql: sqliteDialect },
};

interface EngineKind {
  url: RegExp;
  /** Why a connection would go in the clear. */
  plainFault: (url: string) => string | undefined;
  open: (connections: { read: string; write: string }, limits: Limits) => Engine | Promise<Engine>;
  sql: Dialect;
}

/** Milliseconds and rows that bringing data along may take at a time. */
const TO_BRING: Limits = { statementSeconds: 600, lockSeconds: 30, batchRows: 5000 };

/**
 * A database whose rows are read, and nothing else: which kind it is its URL says.
 * @throws HolderFault `misconfigured` where that is no URL of one; `in-the-clear`
 */
export async function openToRead(
  url: string,
  { allowPlain = false }: { allowPlain?: boolean },
): Promise<{ kind: SqlHolder['engine']; engine: Engine }> {
  const found = Object.entries(ENGINES).find(([, { url: right }]) => right.test(url));
  if (!found) throw new HolderFault('source', 'misconfigured');
  const [kind, { plainFault, open }] = found as [SqlHolder['engine'], EngineKind];
  if (!allowPlain && plainFault(url) !== undefined) throw new HolderFault('source', 'in-the-clear');
  return { kind, engine: await open({ read: url, write: url }, TO_BRING) };
}

/** Opened when it is first asked; a setting that comes later is found then. */
function lazyEngine(
  declaration: SqlHolder,
  { secrets, allowPlain }: Pick<ExternalHolderDeps, 'secrets' | 'allowPlain'>,
  limits: Limits,
): Engine {
  let opening: Promise<Engine> | undefined;
  let opened: Engine | undefined;
  const { url: right, plainFault, open, sql } = ENGINES[declaration.engine];
  const engine = async (): Promise<Engine> => {
    if (!opening) {
      const read = secrets(declaration.connection.read);
      const write = secrets(declaration.connection.write);
      if (!read || !write || !right.test(read) || !right.test(write))
        throw new HolderFault(declaration.id, 'misconfigured');
      if (!allowPlain && [read, write].some((url) => plainFault(url) !== undefined))
        throw new HolderFault(declaration.id, 'in-the-clear');
      opening = Promise.resolve(open({ read, write }, limits));
    }
    opened = await opening;
    return opened;
  };
  return {
    sql,
    reading: async (signal, work) => (await engine()).reading(signal, work),
    writing: async (signal, work) => (await engine()).writing(signal, work),
    catalogue: async (signal) => (await engine()).catalogue(signal),
    rights: async (signal) => (await engine()).rights(signal),
    refusesRow: (error) => opened?.refusesRow(error) ?? false,
    close: async () => opened?.close(),
  };
}
