import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import { makeFolder } from '../process/files.ts';
import type { Attempt, Sendable } from './model.ts';

/** Milliseconds a mail server has for each step. */
const PATIENCE = 15_000;

interface MailDeps {
  /** `smtp://user:password@host:587` or `smtps://…`; absent: messages are laid into `mailFolder` as `.eml` files. */
  smtpUrl?: string | undefined;
  mailFrom: string;
  /** Absent too: nothing is sent, and every attempt says so. */
  mailFolder?: string;
}

export type MailTransport = (address: string, message: Sendable) => Promise<Attempt>;

/** Sends plain text mail by SMTP, or, where no server is set, puts each message into a folder for somebody to send. */
export function createMailTransport({ smtpUrl, mailFrom: from, mailFolder: folder }: MailDeps): MailTransport {
  const mailOf = (address: string, { subject, text, messageId, createdAt }: Sendable) => ({
    from,
    to: address,
    subject,
    text,
    date: createdAt,
    // The same id at every attempt: a server that got it twice can tell.
    messageId: `<${messageId}@${from.split('@').at(-1)?.replace(/[<>]/g, '') ?? 'lethe'}>`,
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  if (smtpUrl === undefined) {
    if (folder === undefined) return async () => ({ delivered: false, failure: 'unreachable' });
    const composer = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
    return async (address, message) => {
      makeFolder(folder, 0o700);
      const { message: bytes } = await composer.sendMail(mailOf(address, message));
      const file = join(folder, `${message.messageId}.eml`);
      const handle = await open(`${file}.part`, 'w', 0o600);
      try {
        await handle.writeFile(bytes as Buffer);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(`${file}.part`, file);
      return { delivered: true };
    };
  }
  const server = nodemailer.createTransport({
    url: smtpUrl,
    connectionTimeout: PATIENCE,
    greetingTimeout: PATIENCE,
    socketTimeout: PATIENCE,
  });
  return async (address, message) => {
    try {
      await server.sendMail(mailOf(address, message));
      return { delivered: true };
    } catch (error) {
      const code = (error as { responseCode?: number }).responseCode;
      if (code === undefined) return { delivered: false, failure: 'unreachable' };
      return { delivered: false, failure: 'mail-refused', final: code >= 550 && code <= 554 };
    }
  };
}
