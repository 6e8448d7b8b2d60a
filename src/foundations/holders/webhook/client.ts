import { randomUUID } from 'node:crypto';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { allowedTarget, guardedAgents, refusedByGuard } from '../../webhooks/guarded-agents.ts';
import { secretsFrom, signedHeaders } from '../../webhooks/signature.ts';
import type { WebhookHolder } from '../declaration.ts';
import { HolderFault, type HolderFaultCode, type Secrets } from '../external.ts';

export interface WebhookClientDeps {
  declaration: Pick<WebhookHolder, 'id' | 'connection' | 'limits'>;
  secrets: Secrets;
  /** Opens private and loopback targets and plain HTTP: for tests and closed networks only. */
  privateTargets: boolean;
  clock: () => Date;
}

/** What a holder can be asked; the `type` of the message is `holder.<operation>`. */
export type Operation = 'check' | 'locate' | 'export' | 'erase' | 'plan' | 'sweep';

interface Sent {
  signal: AbortSignal;
  accept: 'application/json' | 'application/x-ndjson';
  /** The `webhook-id`: the same at a repeat of what must not be done twice. */
  messageId?: string;
}

/** The other side says nothing for too long. */
class Silence extends Error {}

const SECONDS = 30;
/** An answer that is no export is a few numbers. */
const MOST_JSON = 1024 * 1024;

/**
 * Signed requests to one holder (Standard Webhooks 1.0), one after the other. What it answers goes no further than here
 * unless it is well formed; what it says when it fails goes nowhere. @throws HolderFault
 */
export function createWebhookClient({ declaration, secrets, privateTargets, clock }: WebhookClientDeps) {
  const { id, connection, limits } = declaration;
  const agents = guardedAgents(privateTargets);
  const fault = (code: HolderFaultCode) => new HolderFault(id, code);

  /** The secrets both sides sign with, several while one takes another's place; undefined where none is set. */
  const secretsNow = (): Buffer[] | undefined => secretsFrom(secrets(connection.secret) ?? '');

  function send(operation: Operation, data: object, sent: Sent): Promise<IncomingMessage> {
    const keys = secretsNow();
    const target = allowedTarget(secrets(connection.url) ?? '', privateTargets);
    if (!keys || !target) return Promise.reject(fault('misconfigured'));
    const at = clock();
    const body = JSON.stringify({ type: `holder.${operation}`, timestamp: at.toISOString(), data });
    const secure = target.protocol === 'https:';
    let answering: IncomingMessage | undefined;
    return new Promise((resolve, reject) => {
      const request = (secure ? https : http).request(
        target,
        {
          method: 'POST',
          agent: secure ? agents.https : agents.http,
          signal: sent.signal,
          timeout: (limits?.seconds ?? SECONDS) * 1000,
          headers: {
            Accept: sent.accept,
            'Content-Type': 'application/json',
            'Content-Length': Buffer.byteLength(body),
            'User-Agent': 'Lethe',
            ...signedHeaders(keys, sent.messageId ?? randomUUID(), at, body),
          },
        },
        (response) => {
          answering = response;
          const refusal = statusFault(response.statusCode ?? 0);
          const type = response.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
          if (!refusal && type === sent.accept) return resolve(response);
          response.destroy();
          reject(fault(refusal ?? 'garbage'));
        },
      );
      // Silence, before an answer or in the middle of one; how long all of it may take is the caller's to say.
      request.on('timeout', () => (answering ?? request).destroy(new Silence()));
      request.on('error', (error) => reject(fault(transportFault(error))));
      request.end(body);
    });
  }

  /** The pieces of an answer, no more of them than allowed. */
  async function* read(response: IncomingMessage, most: number): AsyncGenerator<Buffer> {
    let bytes = 0;
    try {
      for await (const piece of response as AsyncIterable<Buffer>) {
        bytes += piece.length;
        if (bytes > most) throw fault('garbage');
        yield piece;
      }
      if (!response.complete) throw fault('garbage');
    } catch (error) {
      throw error instanceof HolderFault ? error : fault(transportFault(error as Error));
    } finally {
      response.destroy();
    }
  }

  return {
    secrets: secretsNow,

    /** An answer as one JSON value, with its status. */
    async ask(
      operation: Operation,
      data: object,
      sent: Omit<Sent, 'accept'>,
    ): Promise<{ status: number; value: unknown }> {
      const response = await send(operation, data, { ...sent, accept: 'application/json' });
      const pieces: Buffer[] = [];
      for await (const piece of read(response, MOST_JSON)) pieces.push(piece);
      return { status: response.statusCode ?? 0, value: parsed(Buffer.concat(pieces), fault) };
    },

    /** An answer as JSON values, one a line. */
    async *lines(operation: Operation, data: object, sent: Omit<Sent, 'accept'>): AsyncGenerator<unknown> {
      const response = await send(operation, data, { ...sent, accept: 'application/x-ndjson' });
      // Put together once a line has ended: whoever sends it byte by byte must not make each of them cost all before it.
      let begun: Buffer[] = [];
      let length = 0;
      for await (const piece of read(response, limits?.answerBytes ?? 2 ** 30)) {
        let from = 0;
        for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, from)) {
          const line = Buffer.concat([...begun, piece.subarray(from, end)]);
          if (line.length > MOST_JSON) throw fault('garbage');
          if (line.length > 0) yield parsed(line, fault);
          begun = [];
          length = 0;
          from = end + 1;
        }
        if (from === piece.length) continue;
        begun.push(piece.subarray(from));
        length += piece.length - from;
        if (length > MOST_JSON) throw fault('garbage');
      }
      if (length > 0) yield parsed(Buffer.concat(begun), fault);
    },
  };
}

function parsed(bytes: Buffer, fault: (code: HolderFaultCode) => HolderFault): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw fault('garbage');
  }
}

/** 2xx is an answer; of the others the status says enough. Redirects are not followed. */
function statusFault(status: number): HolderFaultCode | undefined {
  if (status === 200 || status === 202) return undefined;
  if (status === 502 || status === 503 || status === 504 || status === 429) return 'unreachable';
  if (status >= 500) return 'failed';
  return status >= 300 ? 'refused' : 'garbage';
}

function transportFault(error: Error): HolderFaultCode {
  if (error instanceof Silence) return 'timed-out';
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'timed-out';
  if (refusedByGuard(error)) return 'refused';
  const { code = '' } = error as { code?: string };
  // It began to answer and broke off, or what it speaks is no HTTP.
  return code.startsWith('HPE_') || error.message === 'aborted' ? 'garbage' : 'unreachable';
}

export type WebhookClient = ReturnType<typeof createWebhookClient>;
