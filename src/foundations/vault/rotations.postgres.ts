import type { Session } from '../store/connections.ts';
import { type KeyringRotations, type RotatedScope, type Rotation, SIGNING_PREFIX } from './keyring.ts';

const START: RotatedScope = { tenantId: '', scope: '' };
const COLUMNS = 'epoch::int AS epoch, tenant_id AS "tenantId", scope, phase FROM lethe_rotations';
/** Scopes of a rotation, page by page; those of signing keys are numbered by themselves. */
const PAGE = `($1::text IS NULL OR tenant_id = $1) AND ($2::text IS NULL OR scope = $2)
  AND NOT starts_with(scope, '${SIGNING_PREFIX}')
  AND (tenant_id COLLATE "C", scope) > ($3::text, $4::text) GROUP BY tenant_id, scope`;
const ORDER = 'ORDER BY tenant_id COLLATE "C", scope LIMIT $5';

type Transaction = <T>(begin: string, fn: (session: Session) => Promise<T>) => Promise<T>;

/** In the keyring's own database, shared by all instances. */
export function openPostgresRotations(pool: Session, transaction: Transaction): KeyringRotations {
  const underWay = async (session = pool) =>
    (await session.query<Rotation>(`SELECT ${COLUMNS} WHERE phase <> 'finished' ORDER BY epoch LIMIT 1`)).rows[0];
  const page = ({ tenantId, scope }: Rotation, after: RotatedScope = START, limit: number) => [
    tenantId,
    scope,
    after.tenantId,
    after.scope,
    limit,
  ];
  return {
    underWay: () => underWay(),
    begin: ({ tenantId, scope }) =>
      transaction('BEGIN', async (session) => {
        await session.query('LOCK TABLE lethe_rotations IN SHARE ROW EXCLUSIVE MODE');
        if (!(await underWay(session)))
          await session.query(
            `INSERT INTO lethe_rotations (epoch, tenant_id, scope, phase)
             SELECT coalesce(max(epoch), 0) + 1, $1, $2, 'announce' FROM lethe_rotations`,
            [tenantId, scope],
          );
        return (await underWay(session)) as Rotation;
      }),
    moveTo: async (epoch, phase) => {
      await pool.query('UPDATE lethe_rotations SET phase = $1 WHERE epoch = $2', [phase, epoch]);
    },
    due: async (rotation, after, limit) =>
      (
        await pool.query<RotatedScope>(
          `SELECT tenant_id AS "tenantId", scope FROM lethe_keys WHERE ${PAGE} HAVING max(epoch) < $6 ${ORDER}`,
          [...page(rotation, after, limit), rotation.epoch],
        )
      ).rows,
    // The row of the previous key is locked: whoever destroys the scope comes before this, or finds the new key too.
    announce: async (next, previous, check) =>
      (
        await pool.query(
          `INSERT INTO lethe_keys (tenant_id, scope, number, key_id, wrapped, epoch, pending)
           SELECT tenant_id, scope, $3, $4, $5, $6, true FROM lethe_keys
           WHERE tenant_id = $1 AND scope = $2 AND key_id = $7
             AND EXISTS (SELECT 1 FROM lethe_master WHERE check_value = $8) FOR UPDATE OF lethe_keys
           ON CONFLICT DO NOTHING`,
          [next.tenantId, next.scope, next.number, next.keyId, next.wrapped, next.epoch, previous.keyId, check],
        )
      ).rowCount === 1,
    promote: async (epoch) => {
      await pool.query('UPDATE lethe_keys SET pending = false WHERE epoch = $1 AND pending', [epoch]);
    },
    unretired: async (rotation, after, limit) =>
      (
        await pool.query<RotatedScope>(
          `SELECT tenant_id AS "tenantId", scope FROM lethe_keys WHERE ${PAGE} HAVING count(*) > 1 ${ORDER}`,
          page(rotation, after, limit),
        )
      ).rows,
    retire: async (tenantId, scopes) =>
      (
        await pool.query(
          `DELETE FROM lethe_keys AS old USING (
             SELECT scope, max(number) AS newest FROM lethe_keys
             WHERE tenant_id = $1 AND scope = ANY($2) AND NOT pending GROUP BY scope) AS standing
           WHERE old.tenant_id = $1 AND old.scope = standing.scope AND old.number < standing.newest`,
          [tenantId, scopes],
        )
      ).rowCount ?? 0,
  };
}
