import assert from 'node:assert/strict';
import { DrizzleError, DrizzleQueryError } from 'drizzle-orm/errors';
import {
  driverError,
  mapped,
  postgresFault,
  StoreError,
  type StoreFault,
} from '../../../src/foundations/store/errors.ts';
import {
  LOST_CONNECTIONS,
  postgresError,
  SQLITE_CODES,
  SQLSTATES,
  sqliteError,
} from '../../support/database-faults.ts';

const wrapped = (error: Error) => new DrizzleQueryError('INSERT …', ['ada@planted.example'], error);

describe('What a driver throws', () => {
  const named: [fault: StoreFault, codes: string[]][] = [
    ['unique', ['23505', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY', 'SQLITE_CONSTRAINT_ROWID']],
    ['foreign-key', ['23503', '23001', 'SQLITE_CONSTRAINT_FOREIGNKEY']],
    ['not-null', ['23502', 'SQLITE_CONSTRAINT_NOTNULL']],
    ['check', ['23514', '23P01', '40002', 'SQLITE_CONSTRAINT_CHECK']],
    ['evidence', ['LE001', 'SQLITE_CONSTRAINT_TRIGGER']],
    ['serialization', ['40001', '40P01', '40000']],
    ['busy', ['55P03', '57014', 'SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_LOCKED']],
    ['full', ['53100', 'SQLITE_FULL']],
    [
      'unavailable',
      '08000 08001 08003 08004 08006 08007 08P01 25006 25P03 28000 28P01 3D000 40003 53000 53200 53300 53400 57000 57P01 57P02 57P03 57P04 57P05 58030 XX001 XX002 SQLITE_IOERR_WRITE SQLITE_CANTOPEN SQLITE_READONLY SQLITE_READONLY_DBMOVED SQLITE_CORRUPT SQLITE_NOTADB SQLITE_NOMEM'.split(
        ' ',
      ),
    ],
    ['other', ['42P01', '22P02', '0A000', 'XX000', 'SQLITE_ERROR', 'SQLITE_MISMATCH']],
  ];
  for (const [fault, codes] of named)
    it(`is ${fault}: ${codes.slice(0, 4).join(', ')}${codes.length > 4 ? ' …' : ''}`, () => {
      for (const code of codes) {
        const error = code.startsWith('SQLITE_') ? sqliteError(code) : postgresError(code);
        for (const thrown of [error, wrapped(error), new DrizzleError({ message: 'x', cause: error })]) {
          const read = driverError(thrown);
          assert.equal(read?.fault, fault, code);
          assert.equal(read?.code, code);
        }
      }
    });

  it('is read whatever its code, and shows nothing of the values', () => {
    for (const error of [...SQLSTATES.map(postgresError), ...SQLITE_CODES.map(sqliteError), ...LOST_CONNECTIONS])
      for (const thrown of [error, wrapped(error), wrapped(wrapped(error))]) {
        const read = driverError(thrown);
        assert.ok(read, error.message);
        assert.equal(read.cause, undefined);
        assert.doesNotMatch(JSON.stringify(read, Object.getOwnPropertyNames(read)), /planted/);
      }
  });

  it('is a lost connection where neither the server nor the driver says more', () => {
    for (const error of LOST_CONNECTIONS)
      for (const thrown of [error, wrapped(error)])
        assert.equal(driverError(thrown)?.fault, 'unavailable', error.message);
    const { fault, code } = postgresFault(new Error('something new'));
    assert.deepEqual([fault, code], ['unavailable', 'connection']);
  });

  it('is not taken for what others throw', async () => {
    for (const error of [
      new Error('no'),
      new TypeError('x is not a function'),
      Object.assign(new Error('no such file'), { code: 'ENOENT' }),
      Object.assign(new Error('not allowed'), { code: 'EPERM' }),
      Object.assign(new Error('read-only'), { code: 'EROFS' }),
    ]) {
      assert.equal(driverError(error), undefined, error.message);
      await assert.rejects(
        mapped(() => Promise.reject(error)),
        (thrown) => thrown === error,
      );
    }
    const own = new StoreError('misuse', 'no-wall');
    assert.equal(driverError(wrapped(own)), own);
  });
});
