import assert from 'node:assert/strict';
import type { MailTransport } from '../../../src/foundations/outbox/mail.ts';
import type { Sendable } from '../../../src/foundations/outbox/model.ts';
import type { TestApp } from '../../support/app.ts';

/** Where the service of these tests can be reached: links in mails begin with it. */
export const PUBLIC_URL = 'https://lethe.example';

export interface Mail extends Sendable {
  address: string;
}

/** A mail server that remembers what it was given. */
export function mailServer(): { mails: Mail[]; mail: MailTransport } {
  const mails: Mail[] = [];
  const mail: MailTransport = async (address, message) => {
    mails.push({ address, ...message });
    return { delivered: true };
  };
  return { mails, mail };
}

/** Whoever asks on the public page, and reads their mail. The app has `publicUrl` and this mail server. */
export function stranger(app: TestApp, mails: Mail[]) {
  const ask = (asked: object) => app.as('nobody').post('/v1/public/north/requests').send(asked);
  /** Paths of the links that were mailed since. */
  async function links(): Promise<string[]> {
    const before = mails.length;
    await app.services.unconfirmed.work(await app.contextOf('north', 'operator'));
    return mails.slice(before).map(({ text }) => {
      const [, path] = /https:\/\/lethe\.example(\/confirmations\/\S+)/.exec(text) ?? [];
      assert.ok(path, text);
      return path;
    });
  }
  async function confirm(path: string): Promise<{ requestId: string; secret: string }> {
    const { text } = await app.as('nobody').post(path).expect(200);
    const [, requestId = ''] = /id="request">([^<]+)</.exec(text) ?? [];
    const [, secret = ''] = /id="secret">([^<]+)</.exec(text) ?? [];
    return { requestId, secret };
  }
  return {
    ask,
    links,
    confirm,
    /** Asks, and presses the button of the mail that comes. */
    async confirmed(asked: Parameters<typeof ask>[0]): Promise<{ requestId: string; secret: string }> {
      await ask(asked).expect(202);
      const [path = ''] = await links();
      return confirm(path);
    },
  };
}
