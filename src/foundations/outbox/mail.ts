import nodemailer from 'nodemailer';
import { leavesByMail } from './mail-security.ts';
import type { Attempt, Sendable } from './model.ts';

/** Milliseconds a mail server has for each step. */
const PATIENCE = 15_000;

interface MailDeps {
  /** `smtp://user:password@host:587` or `smtps://…`; absent: nothing is sent. */
  smtpUrl?: string | undefined;
  mailFrom: string;
  /** Mail may leave this machine in the clear, and go to whoever answers. */
  allowPlain?: boolean;
}

export type MailTransport = (address: string, message: Sendable) => Promise<Attempt>;

/** The message as it goes over the wire. */
const mailOf = (from: string, address: string, { subject, text, messageId, createdAt }: Sendable) => ({
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

/** The message as bytes (RFC 5322), for whoever sends it otherwise; made in memory. */
export async function composeMail(from: string, address: string, message: Sendable): Promise<Buffer> {
  const composer = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  return (await composer.sendMail(mailOf(from, address, message))).message as Buffer;
}

/** Plain text mail by SMTP; undefined where no server is set. To another machine it is encrypted, or not sent. */
export function createMailTransport({ smtpUrl, mailFrom: from, allowPlain }: MailDeps): MailTransport | undefined {
  if (smtpUrl === undefined) return undefined;
  const server = nodemailer.createTransport({
    url: smtpUrl,
    connectionTimeout: PATIENCE,
    greetingTimeout: PATIENCE,
    socketTimeout: PATIENCE,
    // Over what the URL says: STARTTLS is asked for whether or not the server offers it.
    ...(allowPlain || !leavesByMail(smtpUrl) ? {} : { requireTLS: true }),
  });
  return async (address, message) => {
    try {
      await server.sendMail(mailOf(from, address, message));
      return { delivered: true };
    } catch (error) {
      const { responseCode, code } = error as { responseCode?: number; code?: string };
      if (code === 'ETLS') return { delivered: false, failure: 'not-encrypted' };
      if (responseCode === undefined) return { delivered: false, failure: 'unreachable' };
      return { delivered: false, failure: 'mail-refused', final: responseCode >= 550 && responseCode <= 554 };
    }
  };
}
