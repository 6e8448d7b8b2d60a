import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isThisMachine } from '../../../src/foundations/process/loopback.ts';
import { maskedUrl } from '../../../src/foundations/process/masked-url.ts';

describe('A URL that is shown', () => {
  it('hides what stands before the @, but for a name that a password follows', () => {
    for (const [given, shown] of [
      ['postgres://lethe:pw@db.example/lethe', 'postgres://lethe:***@db.example/lethe'],
      ['postgres://token@db.example/lethe', 'postgres://***@db.example/lethe'],
      ['smtp://apikey@mail.example:587', 'smtp://***@mail.example:587'],
      ['smtps://SG.x/y+z@mail.example', 'smtps://***@mail.example'],
      ['smtp://:pw@mail.example', 'smtp://***@mail.example'],
      ['mysql://u:p@ss@h/d?ssl={"ca":"x"}&sslmode=verify-full', 'mysql://u:***@h/d?ssl=***&sslmode=verify-full'],
      ['postgres://h/d?user=u&password=p&port=1', 'postgres://h/d?user=***&password=***&port=1'],
      ['/srv/lethe.db', '/srv/lethe.db'],
      ['sqlite:/srv/a@b.db', 'sqlite:/srv/a@b.db'],
    ] as const)
      assert.equal(maskedUrl(given), shown);
  });

  it('shows no secret wherever in it that stands', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9@:/?&=%.+_-]{0,12}$/).map((noise) => `Se3${noise}kReT`);
    const scheme = fc.constantFrom('postgres', 'postgresql', 'mysql', 'mariadb', 'smtp', 'smtps', 'https');
    const name = fc.constantFrom('password', 'user', 'sslpassword', 'sslkey', 'token', 'auth', 'tls.key', 'x');
    fc.assert(
      fc.property(scheme, secret, name, (kind, hidden, key) => {
        const safe = encodeURIComponent(hidden);
        for (const url of [
          `${kind}://user:${hidden}@host.example/db`,
          // With a colon in it, it would be a name and a password.
          `${kind}://${hidden.replaceAll(':', '')}@host.example/db?sslmode=require`,
          `${kind}://host.example/db?sslmode=require&${key}=${safe}`,
        ]) {
          const shown = maskedUrl(url);
          assert.ok(!shown.includes('kReT') && !shown.includes('Se3'), `${url} → ${shown}`);
        }
      }),
    );
  });

  it('is of this machine by its address, and not by what it looks like', () => {
    for (const here of ['localhost', 'LOCALHOST', '127.0.0.1', '127.9.9.9', '::1', '[::1]', '/run/postgresql', ''])
      assert.ok(isThisMachine(here), here);
    for (const there of [
      '127.0.0.1.example',
      'localhost.example',
      '10.0.0.1',
      '0.0.0.0',
      '::',
      'db',
      '128.0.0.1',
      '127.1',
    ])
      assert.ok(!isThisMachine(there), there);
  });
});
