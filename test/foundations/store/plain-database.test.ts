import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionOf } from '../../../src/foundations/holders/sql/mariadb.ts';
import { plainMariadbFault, plainPostgresFault } from '../../../src/foundations/store/plain-database.ts';

describe('A connection to a database on another machine', () => {
  it('is refused where it would go in the clear, or to whoever answers (PostgreSQL)', () => {
    for (const url of [
      'postgres://u:p@db.example/d',
      'postgres://u:p@10.0.0.7/d',
      'postgres://u:p@db/d?ssl=false',
      'postgres://u:p@db/d?sslmode=disable',
      'postgres://u:p@db/d?sslmode=no-verify',
      'postgres://u:p@db/d?ssl=no-verify',
      'postgres://u:p@db/d?uselibpqcompat=true&sslmode=require',
      'postgres://u:p@db/d?uselibpqcompat=true&sslmode=prefer',
      // What stands in the query counts for the driver.
      'postgres://u:p@localhost/d?host=db.example',
      'postgres://u:p@127.0.0.1.example/d',
      'postgres://u:p@localhost.example/d',
    ])
      assert.match(plainPostgresFault(url) ?? '', /sslmode=verify-full/, url);
    assert.match(plainPostgresFault('postgres://u:p@db/d?sslmode=verify-full&sslrootcert=/none') ?? '', /cannot/);
  });

  it('is taken where it is encrypted and the certificate is checked, and on this machine', () => {
    for (const url of [
      'postgres://u:p@db.example/d?sslmode=verify-full',
      'postgres://u:p@localhost/d',
      'postgres://u:p@127.0.0.1:5432/d',
      'postgres://u:p@[::1]/d',
      'postgres:///d?host=/run/postgresql',
      'postgres://u@%2Frun%2Fpostgresql/d',
      'postgres:///d',
    ])
      assert.equal(plainPostgresFault(url), undefined, url);
  });

  it('is held to the same in MariaDB and MySQL, whose driver compares no names by itself', () => {
    for (const url of [
      'mysql://u:p@db.example/d',
      'mariadb://u:p@db.example/d?ssl={}',
      'mysql://u:p@db.example/d?sslmode=require',
      'mysql://u:p@db.example/d?sslmode=verify-full&ssl={"rejectUnauthorized":false}',
    ])
      assert.match(plainMariadbFault(url) ?? '', /sslmode=verify-full/, url);
    for (const url of [
      'mysql://u:p@localhost/d',
      'mysql://u:p@127.0.0.1/d',
      'mariadb://u:p@db.example/d?sslmode=verify-full',
    ])
      assert.equal(plainMariadbFault(url), undefined, url);
  });

  it('checks chain and name where sslmode=verify-full says so (MariaDB)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lethe-ca-'));
    const authority = join(folder, 'ca.pem');
    writeFileSync(authority, 'an authority');
    assert.deepEqual(connectionOf('mariadb://u:p@h/d'), { uri: 'mysql://u:p@h/d' });
    assert.deepEqual(connectionOf(`mysql://u:p@h/d?sslmode=verify-full&sslrootcert=${authority}`), {
      uri: 'mysql://u:p@h/d',
      ssl: { rejectUnauthorized: true, verifyIdentity: true, ca: 'an authority' },
    });
    rmSync(folder, { recursive: true });
  });
});
