import type Database from 'better-sqlite3';
import { type KeyringRotations, type RotatedScope, type Rotation, SIGNING_PREFIX } from './keyring.ts';

const START: RotatedScope = { tenantId: '', scope: '' };
/** Scopes of a rotation, page by page; those of signing keys are numbered by themselves. */
const PAGE = `(@tenantId IS NULL OR tenant_id = @tenantId) AND (@scope IS NULL OR scope = @scope)
  AND NOT (scope >= '${SIGNING_PREFIX}' AND scope < '${SIGNING_PREFIX}\u{10FFFF}')
  AND (tenant_id, scope) > (@afterTenant, @afterScope)`;

/** In the keyring's own file. `durable` resolves once what was written before it is on the disk. */
export function openSqliteRotations(db: Database.Database, durable: () => Promise<void>): KeyringRotations {
  const columns = 'epoch, tenant_id AS tenantId, scope, phase FROM rotations';
  const underWay = db.prepare<[], Rotation>(`SELECT ${columns} WHERE phase <> 'finished' ORDER BY epoch LIMIT 1`);
  const insert = db.prepare(
    `INSERT INTO rotations (epoch, tenant_id, scope, phase)
     SELECT coalesce(max(epoch), 0) + 1, @tenantId, @scope, 'announce' FROM rotations`,
  );
  const move = db.prepare('UPDATE rotations SET phase = ? WHERE epoch = ?');
  const due = db.prepare<[Record<string, unknown>], RotatedScope>(
    `SELECT tenant_id AS tenantId, scope FROM keys WHERE ${PAGE}
     GROUP BY tenant_id, scope HAVING max(epoch) < @epoch ORDER BY tenant_id, scope LIMIT @limit`,
  );
  const unretired = db.prepare<[Record<string, unknown>], RotatedScope>(
    `SELECT tenant_id AS tenantId, scope FROM keys WHERE ${PAGE}
     GROUP BY tenant_id, scope HAVING count(*) > 1 ORDER BY tenant_id, scope LIMIT @limit`,
  );
  const announce = db.prepare(
    `INSERT INTO keys (tenant_id, scope, number, key_id, wrapped, epoch, pending)
     SELECT @tenantId, @scope, @number, @keyId, @wrapped, @epoch, 1
     WHERE EXISTS (SELECT 1 FROM master WHERE check_value = @check)
       AND (SELECT key_id FROM keys WHERE tenant_id = @tenantId AND scope = @scope ORDER BY number DESC LIMIT 1) = @previous`,
  );
  const promote = db.prepare('UPDATE keys SET pending = 0 WHERE epoch = ? AND pending = 1');
  const retire = db.prepare(
    `DELETE FROM keys WHERE tenant_id = @tenantId AND scope = @scope AND number <
       (SELECT max(number) FROM keys WHERE tenant_id = @tenantId AND scope = @scope AND pending = 0)`,
  );
  const page = (rotation: Rotation, after: RotatedScope = START, limit: number) => ({
    epoch: rotation.epoch,
    tenantId: rotation.tenantId,
    scope: rotation.scope,
    afterTenant: after.tenantId,
    afterScope: after.scope,
    limit,
  });

  return {
    underWay: async () => underWay.get(),
    begin: async ({ tenantId, scope }) => {
      db.transaction(() => {
        if (!underWay.get()) insert.run({ tenantId, scope });
      }).immediate();
      await durable();
      return underWay.get() as Rotation;
    },
    moveTo: async (epoch, phase) => {
      move.run(phase, epoch);
      await durable();
    },
    due: async (rotation, after, limit) => due.all(page(rotation, after, limit)),
    announce: async ({ tenantId, scope, number, keyId, wrapped, epoch }, previous, check) => {
      const made = announce.run({ tenantId, scope, number, keyId, wrapped, epoch, check, previous: previous.keyId });
      return made.changes === 1;
    },
    promote: async (epoch) => {
      promote.run(epoch);
      await durable();
    },
    unretired: async (rotation, after, limit) => unretired.all(page(rotation, after, limit)),
    retire: async (tenantId, scopes) => {
      let retired = 0;
      db.transaction(() => {
        for (const scope of scopes) retired += retire.run({ tenantId, scope }).changes;
      }).immediate();
      await durable();
      return retired;
    },
  };
}
