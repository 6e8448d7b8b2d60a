import assert from 'node:assert/strict';
import type { MailTransport } from '../../../src/foundations/outbox/mail.ts';
import type { Sendable } from '../../../src/foundations/outbox/model.ts';
import type { TestApp } from '../../support/app.ts';

/** Where the service of these tests can be reached: links in mails begin with it. */
export const PUBLIC_URL = 'https://lethe.example';

/** A request of one's own, and what it is followed with. */
export interface Own {
  requestId: string;
  secret: string;
}

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

/** What the page says once a request is confirmed. */
export function ownIn(page: string): Own {
  const [, requestId = ''] = /id="request">([^<]+)</.exec(page) ?? [];
  const [, secret = ''] = /id="secret">([^<]+)</.exec(page) ?? [];
  return { requestId, secret };
}

/** Whoever asks on the public page, and reads their mail. The app has `publicUrl` and this mail server. */
export function stranger(app: TestApp, mails: Mail[]) {
  const path = '/v1/public/north/requests';
  const nobody = app.as('nobody');
  const ask = (asked: object) => nobody.post(path).send(asked);
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
  async function confirm(link: string): Promise<Own> {
    return ownIn((await nobody.post(link).expect(200)).text);
  }
  return {
    ask,
    links,
    confirm,
    /** Asks, and presses the button of the mail that comes. */
    async confirmed(asked: Parameters<typeof ask>[0]): Promise<Own> {
      await ask(asked).expect(202);
      const [link = ''] = await links();
      return confirm(link);
    },
    follow: ({ requestId, secret }: Own) => nobody.get(`${path}/${requestId}`).set('Lethe-Request-Secret', secret),
    post: ({ requestId, secret }: Own, name: string, body?: object) =>
      nobody.post(`${path}/${requestId}/${name}`).set('Lethe-Request-Secret', secret).send(body),
  };
}
