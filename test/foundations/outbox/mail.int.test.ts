import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { composeMail, createMailTransport } from '../../../src/foundations/outbox/mail.ts';
import { plainMailFault } from '../../../src/foundations/outbox/mail-security.ts';
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
        } else if (/^STARTTLS/i.test(line)) socket.write('502 not here\r\n');
        else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
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

  it('goes through the mail server, whole and in any language (REQ-A18)', async () => {
    const { url, got, close } = await mailServer('250 ok');
    const send = createMailTransport({ smtpUrl: url, mailFrom });
    assert.deepEqual(await send?.('dpo@university.example.org', message), { delivered: true });
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
      assert.deepEqual(await send?.('dpo@university.example.org', message), outcome);
      close();
    }
  });

  it('is tried again when there is no server', async () => {
    const { url, close } = await mailServer('250 ok');
    close();
    const send = createMailTransport({ smtpUrl: url, mailFrom });
    assert.deepEqual(await send?.('a@example.org', message), { delivered: false, failure: 'unreachable' });
    assert.equal(createMailTransport({ mailFrom }), undefined, 'without one there is nothing to try');
  });

  it('is not sent at all in the clear to another machine, and says so', async () => {
    const { url, got, close } = await mailServer('250 ok');
    // A parameter that could lead elsewhere makes it another machine, wherever that is.
    const elsewhere = `${url}&direct=false`;
    const send = createMailTransport({ smtpUrl: elsewhere, mailFrom });
    assert.deepEqual(await send?.('dpo@university.example.org', message), {
      delivered: false,
      failure: 'not-encrypted',
    });
    assert.equal(got(), '');
    const opened = createMailTransport({ smtpUrl: elsewhere, mailFrom, allowPlain: true });
    assert.deepEqual(await opened?.('dpo@university.example.org', message), { delivered: true });
    close();
  });

  it('is refused a server whose certificate would not be checked', () => {
    for (const url of [
      'smtp://mail.example?ignoreTLS=true',
      'smtp://mail.example?requireTLS=false',
      'smtp://mail.example?opportunisticTLS=true',
      'smtps://mail.example?tls.rejectUnauthorized=false',
      'smtps://mail.example?tls.rejectunauthorized=0',
      'smtp://localhost?service=gmail',
      'smtp://127.0.0.1?host=mail.example',
    ])
      assert.ok(plainMailFault(url), url);
    for (const url of [
      'smtp://mail.example',
      'smtps://u:p@mail.example?requireTLS=true',
      'smtp://localhost?ignoreTLS=true',
      'smtp://[::1]:25?ignoreTLS=true',
      'smtps://mail.example?tls.rejectUnauthorized=true',
    ])
      assert.equal(plainMailFault(url), undefined, url);
  });

  it('cannot be given headers of its own by what it says', async () => {
    const bytes = await composeMail(mailFrom, 'dpo@university.example.org', {
      ...message,
      subject: 'x\r\nBcc: everybody@example.org',
    });
    assert.doesNotMatch(bytes.toString(), /^Bcc:/m);
    assert.match(bytes.toString(), /^To: dpo@university\.example\.org\r$/m);
  });
});
