import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMailTransport } from '../../../src/foundations/outbox/mail.ts';
import type { Sendable } from '../../../src/foundations/outbox/model.ts';

const message: Sendable = {
  tenantId: 'north',
  messageId: '0195-m',
  party: 'institution',
  topic: 'sub-processor-change.announced',
  delivery: { channel: 'email', address: 'dpo@university.example.org' },
  data: {},
  subject: 'Ein Unterauftragnehmer ändert sich',
  text: 'Zeile eins\n.\nZeile drei: Grüße',
  createdAt: new Date('2026-03-01T11:59:00Z'),
};

/** A mail server that speaks just enough SMTP (RFC 5321) and answers RCPT as told. */
function mailServer(recipientAnswer: string): Promise<{ url: string; got: () => string; close: () => void }> {
  let data = '';
  const server: Server = createServer((socket) => {
    let inData = false;
    let rest = '';
    socket.write('220 mail.example.org\r\n');
    socket.on('data', (chunk) => {
      rest += chunk.toString('utf8');
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (inData) {
          if (line === '.') {
            inData = false;
            socket.write('250 kept\r\n');
          } else data += `${line}\n`;
        } else if (/^(EHLO|HELO)/i.test(line)) socket.write('250 mail.example.org\r\n');
        else if (/^MAIL/i.test(line)) socket.write('250 ok\r\n');
        else if (/^RCPT/i.test(line)) socket.write(`${recipientAnswer}\r\n`);
        else if (/^DATA/i.test(line)) {
          inData = true;
          socket.write('354 go on\r\n');
        } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
        else socket.write('250 ok\r\n');
      }
    });
    socket.on('error', () => undefined);
  });
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () =>
      resolve({
        url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}?ignoreTLS=true`,
        got: () => data,
        close: () => void server.close(),
      }),
    ),
  );
}

describe('A message by mail', () => {
  const mailFrom = 'privacy@platform.example.org';

  it('goes through the mail server, whole and in any language', async () => {
    const { url, got, close } = await mailServer('250 ok');
    const send = createMailTransport({ smtpUrl: url, mailFrom });
    assert.deepEqual(await send('dpo@university.example.org', message), { delivered: true });
    close();
    assert.match(got(), /^From: privacy@platform\.example\.org$/m);
    assert.match(got(), /^To: dpo@university\.example\.org$/m);
    assert.match(got(), /^Message-ID: <0195-m@platform\.example\.org>$/m);
    assert.match(got(), /^Auto-Submitted: auto-generated$/m);
    assert.match(got(), /^Zeile drei: Gr(=C3=BC|ü)/m);
  });

  it('is given up when the server knows no such mailbox, and tried again when it is only busy', async () => {
    for (const [answer, outcome] of [
      ['550 no such user', { delivered: false, failure: 'mail-refused', final: true }],
      ['451 try later', { delivered: false, failure: 'mail-refused', final: false }],
    ] as const) {
      const { url, close } = await mailServer(answer);
      const send = createMailTransport({ smtpUrl: url, mailFrom });
      assert.deepEqual(await send('dpo@university.example.org', message), outcome);
      close();
    }
  });

  it('is tried again when there is no server', async () => {
    const { url, close } = await mailServer('250 ok');
    close();
    const send = createMailTransport({ smtpUrl: url, mailFrom });
    assert.deepEqual(await send('a@example.org', message), { delivered: false, failure: 'unreachable' });
    const nowhere = createMailTransport({ mailFrom });
    assert.deepEqual(await nowhere('a@example.org', message), { delivered: false, failure: 'unreachable' });
  });

  it('is laid into a folder, readable by its owner alone, where no server is set', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lethe-mail-'));
    try {
      const mailFolder = join(folder, 'outbox');
      const send = createMailTransport({ mailFrom, mailFolder });
      assert.deepEqual(await send('dpo@university.example.org', message), { delivered: true });
      // Again after a crash: the same file.
      assert.deepEqual(await send('dpo@university.example.org', message), { delivered: true });
      assert.deepEqual(readdirSync(mailFolder), ['0195-m.eml']);
      const file = join(mailFolder, '0195-m.eml');
      assert.equal(statSync(file).mode & 0o077, 0);
      assert.match(readFileSync(file, 'utf8'), /^To: dpo@university\.example\.org\r$/m);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('cannot be given headers of its own by what it says', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lethe-mail-'));
    try {
      const send = createMailTransport({ mailFrom, mailFolder: folder });
      await send('dpo@university.example.org', { ...message, subject: 'x\r\nBcc: everybody@example.org' });
      assert.doesNotMatch(readFileSync(join(folder, '0195-m.eml'), 'utf8'), /^Bcc:/m);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
