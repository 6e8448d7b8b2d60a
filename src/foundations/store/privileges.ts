import { getTableName } from 'drizzle-orm';
import type pg from 'pg';
import { StoreError } from './errors.ts';
import { postgresTables } from './schema.postgres.ts';
import type { Tables } from './schema.ts';

type Right = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE' | `UPDATE (${string})`;

const ROWS: readonly Right[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
const EVIDENCE: readonly Right[] = ['SELECT', 'INSERT'];

/**
 * What the service's own role may do with each table on PostgreSQL: read and add evidence, never change it. Where
 * evidence has a lawful end (consent events, events of requests), the triggers watch over it.
 */
export const RIGHTS: Record<keyof Tables, readonly Right[]> = {
  tenants: ROWS,
  apiTokens: ROWS,
  idempotencyKeys: ROWS,
  consentEvents: ['SELECT', 'INSERT', 'DELETE', 'UPDATE (evidence_sealed)'],
  subjectLinks: ROWS,
  noticeTexts: EVIDENCE,
  visits: ROWS,
  visitDays: ROWS,
  visitorsToday: ROWS,
  visitorDays: ROWS,
  visitErasures: ROWS,
  imports: ROWS,
  importMarks: ROWS,
  importedRecords: ['SELECT', 'INSERT', 'DELETE'],
  importRuns: ROWS,
  importFaults: ROWS,
  profiles: ROWS,
  associations: ROWS,
  standings: ROWS,
  holds: ROWS,
  retentionPlans: ROWS,
  sweeps: ROWS,
  sweepSteps: ROWS,
  retentionApprovals: ROWS,
  retentionReviews: ROWS,
  retentionReviewRows: ROWS,
  clockMarks: ROWS,
  certificates: EVIDENCE,
  erasures: ROWS,
  erasureParts: ROWS,
  firstSights: ROWS,
  requests: ROWS,
  requestEvents: ['SELECT', 'INSERT', 'DELETE'],
  requestTexts: ROWS,
  unconfirmedRequests: ROWS,
  identityChecks: ROWS,
  identityDocuments: ROWS,
  packages: ROWS,
  packageChunks: ROWS,
  recipientDisclosures: ROWS,
  recipientTasks: ROWS,
  opendsrRequests: ROWS,
  drpRequests: ROWS,
  suppressions: ROWS,
  disclosures: ROWS,
  policySets: EVIDENCE,
  policyProposals: ROWS,
  registerFacts: EVIDENCE,
  breachEvents: ['SELECT', 'INSERT', 'UPDATE (text_sealed)'],
  departures: ROWS,
  finishedLogs: ROWS,
  outboxMessages: ROWS,
  webhookSecrets: ROWS,
  leases: ROWS,
  dataSteps: ROWS,
  jobRuns: ROWS,
  keyGenerations: ['SELECT', 'INSERT', 'UPDATE'],
  auditEntries: ['SELECT', 'INSERT', 'UPDATE (subject_index)'],
  auditPending: ROWS,
  logLeaves: EVIDENCE,
  logTiles: ['SELECT', 'INSERT', 'UPDATE (hashes)'],
  logHeads: ROWS,
  logWitnessed: EVIDENCE,
  evidenceUnlocks: ROWS,
};

/** Two roles of one database: which setting names the one that owns, and what the service's may do with each table. */
export interface Wall {
  /** The service's role, the owner's. */
  settings: readonly [service: string, owner: string];
  rightsByTable(): [table: string, rights: readonly Right[]][];
}

/** By the tables' own names; the journal of migrations is read only. */
const DATA_WALL: Wall = {
  settings: ['DATABASE_URL', 'DATABASE_MIGRATION_URL'],
  rightsByTable: () => [
    ['lethe_migrations', ['SELECT']],
    ...(Object.keys(RIGHTS) as (keyof Tables)[]).map((name): [string, readonly Right[]] => [
      getTableName(postgresTables[name]),
      RIGHTS[name],
    ]),
  ],
};

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/**
 * Before anything is changed: the tables, if there are any, belong to the role that migrates, and that is not the service's.
 * @throws StoreError `no-wall`, saying what to do
 */
export async function refuseOtherOwner(owner: pg.ClientBase, service: string, wall = DATA_WALL): Promise<void> {
  const { rows } = await owner.query<{ role: string }>('SELECT current_user AS role');
  const role = rows[0]?.role as string;
  if (role === service)
    throw noWall(`${wall.settings.join(' and ')} name the same role: give the service a role of its own.`);
  const foreign = await owner.query<{ role: string }>(
    `SELECT DISTINCT pg_get_userbyid(relowner) AS role FROM pg_class
     WHERE relnamespace = current_schema()::regnamespace AND relname = ANY($1) AND pg_get_userbyid(relowner) <> current_user`,
    [wall.rightsByTable().map(([table]) => table)],
  );
  const other = foreign.rows[0]?.role;
  if (other !== undefined)
    throw noWall(
      `The tables belong to the role ${quoted(other)}, not to that of ${wall.settings[1]}. As an administrator: ` +
        `REASSIGN OWNED BY ${quoted(other)} TO ${quoted(role)}.`,
    );
}

/**
 * Gives a role exactly its rights, inside the transaction of the migrations: what it had beyond them goes, and other
 * connections see the old rights or the new, never none.
 */
export async function grantTo(client: pg.ClientBase, role: string, wall = DATA_WALL): Promise<void> {
  const to = quoted(role);
  for (const [table, rights] of wall.rightsByTable()) {
    await client.query(`REVOKE ALL ON TABLE ${quoted(table)} FROM PUBLIC, ${to}`);
    await client.query(`GRANT ${rights.join(', ')} ON TABLE ${quoted(table)} TO ${to}`);
  }
  // Only who owns the schema can close it; where that is somebody else, refuseWithoutWall looks at the outcome.
  const schema = await client.query<{ name: string; mine: boolean }>(
    `SELECT nspname AS name, pg_has_role(nspowner, 'USAGE') AS mine FROM pg_namespace WHERE nspname = current_schema()`,
  );
  const [{ name, mine } = { name: 'public', mine: false }] = schema.rows;
  if (!mine) return;
  await client.query(`REVOKE CREATE ON SCHEMA ${quoted(name)} FROM PUBLIC, ${to}`);
  await client.query(`GRANT USAGE ON SCHEMA ${quoted(name)} TO ${to}`);
}

/** Whether a role has exactly its rights already, so that a start need not give them again. */
export async function hasRights(client: pg.ClientBase, role: string, wall = DATA_WALL): Promise<boolean> {
  const wanted = new Set(wall.rightsByTable().flatMap(([table, rights]) => rights.map((right) => `${table} ${right}`)));
  const { rows } = await client.query<{ given: string; everybody: boolean }>(
    `SELECT given.name || ' ' || acl.privilege_type || given.suffix || CASE WHEN acl.is_grantable THEN ' *' ELSE '' END AS given,
            acl.grantee = 0 AS everybody
       FROM (SELECT relname AS name, '' AS suffix, coalesce(relacl, acldefault('r', relowner)) AS acl FROM pg_class
              WHERE relnamespace = current_schema()::regnamespace AND relname = ANY($1)
             UNION ALL
             SELECT relname, ' (' || attname || ')', attacl FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
              WHERE relnamespace = current_schema()::regnamespace AND relname = ANY($1) AND attacl IS NOT NULL) AS given,
            aclexplode(given.acl) AS acl
      WHERE acl.grantee = 0 OR acl.grantee = (SELECT oid FROM pg_roles WHERE rolname = $2)`,
    [wall.rightsByTable().map(([table]) => table), role],
  );
  if (rows.length !== wanted.size || rows.some(({ given, everybody }) => everybody || !wanted.has(given))) return false;
  const schema = await client.query<{ stands: boolean }>(
    `SELECT NOT pg_has_role(nspowner, 'USAGE') OR (
              SELECT count(*) FILTER (WHERE acl.privilege_type = 'CREATE') = 0
                 AND count(*) FILTER (WHERE acl.privilege_type = 'USAGE' AND acl.grantee <> 0) > 0
                FROM aclexplode(coalesce(nspacl, acldefault('n', nspowner))) AS acl
               WHERE acl.grantee = 0 OR acl.grantee = (SELECT oid FROM pg_roles WHERE rolname = $1)) AS stands
       FROM pg_namespace WHERE nspname = current_schema()`,
    [role],
  );
  return schema.rows[0]?.stands === true;
}

function noWall(message: string): StoreError {
  return new StoreError('misuse', 'no-wall', message);
}

/**
 * Looks from the service's own side: whatever roles it belongs to, evidence must be out of its reach.
 * @throws StoreError `no-wall`, saying what to take away
 */
export async function refuseWithoutWall(service: pg.ClientBase, wall = DATA_WALL): Promise<void> {
  const { rows } = await service.query<{ almighty: boolean; creates: boolean; role: string }>(
    `SELECT rolsuper AS almighty, has_schema_privilege(current_schema(), 'CREATE') AS creates, rolname AS role
     FROM pg_roles WHERE rolname = current_user`,
  );
  const role = rows[0];
  if (role?.almighty)
    throw noWall(`The service's role "${role.role}" is a superuser: no wall holds it. Give it another.`);
  if (role?.creates)
    throw noWall(
      `The service's role "${role.role}" may create objects in the schema. Take that away: it must not own the database or the schema.`,
    );
  const beyond = wall
    .rightsByTable()
    .flatMap(([table, rights]) =>
      ['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES']
        .filter((right) => !(rights as readonly string[]).includes(right))
        .map((right) => [quoted(table), right] as const),
    );
  const { rows: found } = await service.query<{ tbl: string; rgt: string }>(
    'SELECT tbl, rgt FROM unnest($1::text[], $2::text[]) AS beyond (tbl, rgt) WHERE has_table_privilege(tbl, rgt) LIMIT 1',
    [beyond.map(([table]) => table), beyond.map(([, right]) => right)],
  );
  if (found[0])
    throw noWall(
      `The service's role "${role?.role}" may ${found[0].rgt} ${found[0].tbl}, through another role it belongs to. Take it out of that role.`,
    );
}
