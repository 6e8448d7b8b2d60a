import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import pg from 'pg';
import type { Place } from '../../../src/foundations/vault/envelope.ts';
import { openPostgresKeyring } from '../../../src/foundations/vault/keyring.postgres.ts';
import { openSqliteKeyring } from '../../../src/foundations/vault/keyring.sqlite.ts';
import type { Keyring, WrappedKey } from '../../../src/foundations/vault/keyring.ts';
import { checkValue, MasterKeyError, newMasterKey, parseMasterKey } from '../../../src/foundations/vault/master-key.ts';
import { subjectOf } from '../../../src/foundations/vault/subjects.ts';
import { openVault, subjectScope, subjectUnder, type Vault } from '../../../src/foundations/vault/vault.ts';
import { ENGINES, type Engine } from '../../support/engines.ts';
import { dropPostgresDatabase, newPostgresDatabase } from '../../support/postgres.ts';

interface RingPlace {
  location: string;
  open(): Promise<Keyring>;
  /** Everything the keyring keeps, byte for byte. */
  content(): Promise<Buffer>;
  remove(): Promise<void>;
}

async function keyringPlace(engine: Engine): Promise<RingPlace> {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-keyring-'));
  if (engine === 'sqlite') {
    const location = join(folder, 'keyring.db');
    return {
      location,
      open: async () => openSqliteKeyring(location),
      content: async () =>
        Buffer.concat(
          readdirSync(folder)
            .sort()
            .map((file) => readFileSync(join(folder, file))),
        ),
      remove: async () => rmSync(folder, { recursive: true, force: true }),
    };
  }
  const location = await newPostgresDatabase({ empty: true });
  return {
    location,
    open: () => openPostgresKeyring(location),
    content: async () => {
      const client = new pg.Client({ connectionString: location });
      await client.connect();
      const keys = await client.query('SELECT tenant_id, scope, key_id, wrapped FROM lethe_keys ORDER BY 1, 2');
      const master = await client.query('SELECT check_value FROM lethe_master');
      await client.end();
      const rows = keys.rows as { tenant_id: string; scope: string; key_id: string; wrapped: Buffer }[];
      return Buffer.concat([
        Buffer.from(JSON.stringify(master.rows)),
        ...rows.flatMap((row) => [Buffer.from(`${row.tenant_id} ${row.scope} ${row.key_id} `), row.wrapped]),
      ]);
    },
    remove: async () => {
      await dropPostgresDatabase(location);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const place: Place = { tenant: 't', table: 'profiles', column: 'name_sealed', row: 'row-1' };

for (const engine of ENGINES)
  describe(`The vault with its keyring in ${engine}`, () => {
    let ring: RingPlace;
    let keyring: Keyring;
    let vault: Vault;
    let masterKey = newMasterKey();

    const reopen = async (master = masterKey) => {
      await vault.close();
      keyring = await ring.open();
      vault = await openVault(keyring, parseMasterKey(master));
    };

    before(async function () {
      this.timeout(180_000);
      ring = await keyringPlace(engine);
      keyring = await ring.open();
      vault = await openVault(keyring, parseMasterKey(masterKey));
    });
    after(async () => {
      await vault.close();
      await ring.remove();
    });

    it('opens what it sealed, whatever the text', async () => {
      const key = await vault.key('t', 'scope-1');
      fc.assert(
        fc.property(fc.string({ unit: 'grapheme' }), (text) => {
          assert.equal(key.open(place, key.seal(place, text)), text);
        }),
      );
    });

    it('opens what it sealed after a restart', async () => {
      const sealed = (await vault.key('t', 'restart')).seal(place, 'kept');
      await reopen();
      assert.equal((await vault.existingKey('t', 'restart'))?.open(place, sealed), 'kept');
    });

    it('seals the same text differently every time, and hides it', async () => {
      const key = await vault.key('t', 'scope-1');
      const sealed = Array.from({ length: 2_000 }, () => key.seal(place, 'secret').toString('hex'));
      assert.equal(new Set(sealed).size, sealed.length);
      assert.equal(new Set(sealed.map((hex) => hex.slice(6, 30))).size, sealed.length, 'a nonce was used twice');
      assert.ok(!sealed.some((hex) => hex.includes(Buffer.from('secret').toString('hex'))));
    });

    it('joins no two values of a person: beside format and number, which all have, nothing in them is equal', async () => {
      const sealed: Buffer[] = [];
      for (const person of ['ada', 'bea'])
        for (let n = 0; n < 20; n += 1)
          sealed.push((await vault.key('t', subjectScope(person))).seal({ ...place, row: String(n) }, 'the same text'));
      assert.deepEqual(new Set(sealed.map((value) => value.subarray(0, 3).toString('hex'))), new Set(['020001']));
      const windows = sealed.flatMap((value) =>
        Array.from({ length: value.length - 10 }, (_, at) => value.subarray(3 + at, 10 + at).toString('hex')),
      );
      assert.equal(new Set(windows).size, windows.length);
    });

    for (const [member, value] of [
      ['tenant', 'u'],
      ['table', 'visits'],
      ['column', 'email_sealed'],
      ['row', 'row-2'],
    ] as const)
      it(`does not open a value moved to another ${member}`, async () => {
        const key = await vault.key('t', 'scope-1');
        const sealed = key.seal(place, 'secret');
        assert.equal(key.open({ ...place, [member]: value }, sealed), undefined);
      });

    it('does not open a value moved to where its parts only join to the same text', async () => {
      const key = await vault.key('t', 'scope-1');
      const sealed = key.seal({ tenant: 't', table: 'ab', column: 'c', row: 'd' }, 'secret');
      assert.equal(key.open({ tenant: 't', table: 'a', column: 'bc', row: 'd' }, sealed), undefined);
    });

    it('does not open a value under another scope or another tenant’s key', async () => {
      const sealed = (await vault.key('t', 'scope-1')).seal(place, 'secret');
      assert.equal((await vault.key('t', 'scope-2')).open(place, sealed), undefined);
      assert.equal((await vault.key('u', 'scope-1')).open(place, sealed), undefined);
    });

    it('does not open a value of which any one byte was changed, or that was cut', async () => {
      const key = await vault.key('t', 'scope-1');
      const sealed = key.seal(place, 'secret');
      for (let at = 0; at < sealed.length; at += 1) {
        const altered = Buffer.from(sealed);
        altered[at] = (altered[at] as number) ^ 1;
        assert.equal(key.open(place, altered), undefined, `byte ${at}`);
        assert.equal(key.open(place, sealed.subarray(0, at)), undefined, `cut at ${at}`);
      }
    });

    it('opens nothing of a shredded scope, and keeps no byte of its key', async () => {
      const scope = subjectScope('shredded');
      const sealed = (await vault.key('t', scope)).seal(place, 'secret');
      const row = (await keyring.find('t', scope))[0] as WrappedKey;
      assert.ok((await ring.content()).includes(row.wrapped));
      assert.equal(await vault.shred('t', [scope]), 1);
      assert.equal(await vault.existingKey('t', scope), undefined);
      const content = await ring.content();
      assert.equal(content.includes(row.wrapped), false);
      assert.equal(content.includes(row.wrapped.subarray(12, 44)), false);
      assert.equal(content.includes(row.keyId), false);
      assert.equal(await vault.shred('t', [scope]), 0);
      assert.equal((await vault.key('t', scope)).open(place, sealed), undefined, 'a new key must not open old data');
    });

    it('shreds one scope and no other', async () => {
      const kept = (await vault.key('t', 'kept')).seal(place, 'kept');
      await vault.key('u', 'gone');
      await vault.key('t', 'gone');
      await vault.shred('t', ['gone']);
      assert.equal((await vault.existingKey('t', 'kept'))?.open(place, kept), 'kept');
      assert.ok(await vault.existingKey('u', 'gone'));
    });

    it('does not bring a key back that was shredded while it was being loaded', async () => {
      const scope = 'raced-shred';
      await vault.key('t', scope);
      await reopen();
      const [, destroyed] = await Promise.all([vault.existingKey('t', scope), vault.shred('t', [scope])]);
      assert.equal(destroyed, 1);
      assert.equal(await vault.existingKey('t', scope), undefined);
    });

    it('makes one key for a hundred that ask for a new scope at once, and for two instances', async () => {
      const other = await openVault(await ring.open(), parseMasterKey(masterKey));
      const keys = await Promise.all(
        Array.from({ length: 100 }, (_, n) => (n % 2 ? vault : other).key('t', 'crowded')),
      );
      const sealed = keys.map((key) => key.seal(place, 'same'));
      for (const value of sealed) for (const key of [keys[0], keys[1]]) assert.equal(key?.open(place, value), 'same');
      await other.close();
    });

    it('lists scopes by prefix, in pages, in one order', async () => {
      const scopes = ['list:ä', 'list:Z', 'list:a', 'list:b'];
      for (const scope of [...scopes, 'lisu', 'list']) await vault.key('lister', scope);
      const first = await vault.scopes('lister', 'list:', '', 2);
      const rest = await vault.scopes('lister', 'list:', first.at(-1) as string, 10);
      assert.deepEqual([...first, ...rest], ['list:Z', 'list:a', 'list:b', 'list:ä']);
    });

    it('finds equal values by equal indexes within a tenant and purpose, and nowhere else', async () => {
      const index = await vault.index('t', 'email', 'ada@example.org');
      assert.match(index, /^[0-9a-f]{32}$/);
      assert.equal(await vault.index('t', 'email', 'ada@example.org'), index);
      assert.notEqual(await vault.index('t', 'email', 'bea@example.org'), index);
      assert.notEqual(await vault.index('t', 'address', 'ada@example.org'), index);
      assert.notEqual(await vault.index('u', 'email', 'ada@example.org'), index);
      await reopen();
      assert.equal(await vault.index('t', 'email', 'ada@example.org'), index);
    });

    it('knows an account and a visitor of the same id as two', async () => {
      const account = await subjectOf(vault, 't', { kind: 'account', id: '7' });
      const visitor = await subjectOf(vault, 't', { kind: 'visitor', id: '7' });
      assert.notEqual(account.subjectId, visitor.subjectId);
      assert.doesNotMatch(account.subjectId, /^7$/);
    });

    it('commits to a subject in a way nobody can repeat once its key is shredded', async () => {
      const { subjectId } = await subjectOf(vault, 't', { kind: 'account', id: 'committed' });
      assert.equal(await vault.existingCommitment('t', subjectId), undefined, 'asking makes no key');
      const names = async () => {
        const commitment = await vault.commitment('t', subjectId);
        const [one, other] = [commitment.subjectOf('entry-1'), commitment.subjectOf('entry-2')];
        return [one, other, commitment.indexFor('consent'), commitment.indexFor('visit')];
      };
      const before = await names();
      assert.equal(new Set([...before, subjectId]).size, 5, 'another name in each entry, another index in each domain');
      assert.ok(before.every((name) => /^[0-9a-f]{32}$/.test(name)));
      assert.deepEqual(await names(), before);
      const opening = (await vault.opening('t', subjectId)) ?? assert.fail();
      assert.deepEqual([subjectUnder(opening, 'entry-1'), subjectUnder(opening, 'entry-2')], before.slice(0, 2));
      await vault.shred('t', [subjectScope(subjectId)]);
      assert.equal(await vault.existingCommitment('t', subjectId), undefined);
      assert.equal(await vault.opening('t', subjectId), undefined);
      const after = await names();
      assert.ok(before.every((name) => !after.includes(name)));
    });

    it('refuses a wrong master key and touches nothing', async () => {
      await vault.key('t', 'guarded');
      await vault.close();
      const before = await ring.content();
      const wrong = await ring.open();
      await assert.rejects(openVault(wrong, parseMasterKey(newMasterKey())), MasterKeyError);
      await wrong.close();
      assert.deepEqual(await ring.content(), before);
      keyring = await ring.open();
      vault = await openVault(keyring, parseMasterKey(masterKey));
    });

    it('belongs to the first of two processes that start on it with different master keys', async () => {
      const fresh = await keyringPlace(engine);
      const rings = await Promise.all([fresh.open(), fresh.open()]);
      const opened = await Promise.allSettled(rings.map((one) => openVault(one, parseMasterKey(newMasterKey()))));
      const lost = opened.filter((result) => result.status === 'rejected');
      assert.equal(lost.length, 1);
      assert.ok(lost[0]?.reason instanceof MasterKeyError);
      await Promise.all(rings.map((one) => one.close()));
      await fresh.remove();
    });

    it('keeps every key as it was when a change of the master key fails half way', async () => {
      const sealed = (await vault.key('t', 'half-way')).seal(place, 'kept');
      await vault.key('t', 'half-way-2');
      const before = await ring.content();
      let wrapped = 0;
      await assert.rejects(
        keyring.rewrap('new-check', (key) => {
          wrapped += 1;
          if (wrapped === 2) throw new Error('the power went out');
          return Buffer.concat([key.wrapped, Buffer.from('x')]);
        }),
        /power/,
      );
      assert.equal(wrapped, 2);
      await reopen();
      assert.deepEqual(engine === 'postgres' ? await ring.content() : before, before);
      assert.equal((await vault.existingKey('t', 'half-way'))?.open(place, sealed), 'kept');
    });

    it('changes the master key without touching the data, and refuses the old one afterwards', async () => {
      const old = masterKey;
      const sealed = (await vault.key('t', 'rotated')).seal(place, 'kept');
      const oldRow = (await keyring.find('t', 'rotated'))[0] as WrappedKey;
      masterKey = newMasterKey();
      const count = await vault.rotateMasterKey(parseMasterKey(masterKey));
      assert.ok(count > 5);
      assert.equal((await vault.existingKey('t', 'rotated'))?.open(place, sealed), 'kept');
      const fresh = (await vault.key('t', 'after-rotation')).seal(place, 'new');
      await reopen();
      assert.equal((await vault.existingKey('t', 'rotated'))?.open(place, sealed), 'kept');
      assert.equal((await vault.existingKey('t', 'after-rotation'))?.open(place, fresh), 'new');
      assert.equal(
        (await ring.content()).includes(oldRow.wrapped),
        false,
        'a key wrapped by the old master key is left',
      );
      const refusing = await ring.open();
      await assert.rejects(openVault(refusing, parseMasterKey(old)), MasterKeyError);
      await refusing.close();
    });

    it('lets no key in that another process still wraps by the old master key', async () => {
      const behind = await openVault(await ring.open(), parseMasterKey(masterKey));
      await behind.key('t', 'before-rotation');
      masterKey = newMasterKey();
      await vault.rotateMasterKey(parseMasterKey(masterKey));
      await assert.rejects(behind.key('t', 'too-late'), MasterKeyError);
      assert.deepEqual(await keyring.find('t', 'too-late'), []);
      await assert.rejects(behind.existingKey('t', 'rotated'), MasterKeyError);
      await behind.close();
    });

    it('loses no key that is made while the master key changes', async () => {
      const next = newMasterKey();
      const making = Array.from({ length: 20 }, (_, n) => vault.key('t', `during-${n}`));
      const rotating = vault.rotateMasterKey(parseMasterKey(next));
      const later = Array.from({ length: 20 }, (_, n) => vault.key('t', `during-${n + 20}`));
      const sealed = (await Promise.all([...making, ...later])).map((key) => key.seal(place, key.scope));
      await rotating;
      masterKey = next;
      await reopen();
      for (const [n, value] of sealed.entries())
        assert.equal((await vault.existingKey('t', `during-${n}`))?.open(place, value), `during-${n}`);
    });

    it('gives many keys at once as it gives each, whoever makes some of them meanwhile', async () => {
      const scopes = Array.from({ length: 30 }, (_, n) => subjectScope(n.toString(16).padStart(32, 'a')));
      const sealed = (await vault.key('t', scopes[3] as string)).seal(place, 'before');
      const other = await openVault(await ring.open(), parseMasterKey(masterKey));
      const [many, others, single] = await Promise.all([
        vault.keys('t', scopes),
        other.keys('t', scopes.toReversed()),
        vault.key('t', scopes[9] as string),
      ]);
      await other.close();
      assert.deepEqual(
        many.map(({ scope }) => scope),
        scopes,
      );
      assert.equal(many[3]?.open(place, sealed), 'before');
      assert.equal(many[9]?.index('x', 'y'), single.index('x', 'y'));
      for (const [n, key] of many.entries()) {
        const value = key.seal(place, `of ${n}`);
        assert.equal(others.at(-1 - n)?.open(place, value), `of ${n}`);
        assert.equal((await vault.existingKey('t', key.scope))?.open(place, value), `of ${n}`);
      }
      await vault.shred('t', [scopes[5] as string]);
      const again = await vault.keys('t', scopes);
      assert.equal(again[5]?.open(place, many[5]?.seal(place, 'gone') as Buffer), undefined);
    });

    it('makes no key of many under a master key that has changed meanwhile', async () => {
      const next = newMasterKey();
      const scopes = Array.from({ length: 20 }, (_, n) => `many-${n}`);
      const making = vault.keys('t', scopes);
      const rotating = vault.rotateMasterKey(parseMasterKey(next));
      const sealed = (await making).map((key) => key.seal(place, key.scope));
      await rotating;
      masterKey = next;
      await reopen();
      for (const [n, value] of sealed.entries())
        assert.equal((await vault.existingKey('t', `many-${n}`))?.open(place, value), `many-${n}`);
    });

    it('lets many keys arrive before the master key changes, however long either takes', async () => {
      const place = await keyringPlace(engine);
      const bare = await place.open();
      const turn = () => new Promise((next) => setTimeout(next, 20));
      const slow: Keyring = {
        ...bare,
        createEach: async (...wanted) => turn().then(() => bare.createEach(...wanted)),
        rewrap: async (...wanted) => {
          const count = await bare.rewrap(...wanted);
          await turn();
          await turn();
          return count;
        },
      };
      const first = newMasterKey();
      const rotated = await openVault(slow, parseMasterKey(first));
      const scopes = Array.from({ length: 5 }, (_, n) => `arriving-${n}`);
      const making = rotated.keys('t', scopes);
      const [keys] = await Promise.all([making, rotated.rotateMasterKey(parseMasterKey(newMasterKey()))]);
      assert.deepEqual(
        keys.map(({ scope }) => scope),
        scopes,
      );
      await rotated.close();
      await place.remove();
    });

    it('does not open keys that were moved to another tenant or scope in the keyring', async () => {
      await vault.key('t', 'mine');
      const mine = (await keyring.find('t', 'mine'))[0] as WrappedKey;
      await keyring.create({ ...mine, tenantId: 'thief', scope: 'stolen' }, checkValue(parseMasterKey(masterKey)));
      await assert.rejects(vault.existingKey('thief', 'stolen'), MasterKeyError);
    });
  });
