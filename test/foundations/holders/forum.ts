import { createHmac, randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';

// biome-ignore lint/suspicious/noExplicitAny: what was sent is what the test looks at.
type Json = Record<string, any>;
const CATEGORIES = ['forum.posts', 'forum.sessions'] as const;

/** The shipped policies with the example of a webhook holder declared; `change` may spoil its file. */
export function policiesWithForum(change: (text: string) => string = (text) => text): string {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-forum-policies-'));
  cpSync(join(packageRoot, 'policies'), folder, { recursive: true });
  const edit = (file: string, from: string, to: string) => {
    const text = readFileSync(join(folder, file), 'utf8');
    if (!text.includes(from)) throw new Error(`${file} does not say ${from}`);
    writeFileSync(join(folder, file), text.replace(from, to));
  };
  const example = readFileSync(join(folder, 'holders/forum.yaml.example'), 'utf8');
  writeFileSync(join(folder, 'holders/forum.yaml'), change(example));
  const each = (line: (id: string) => string) => CATEGORIES.map(line).join('');
  edit(
    'categories.yaml',
    'categories:\n',
    `categories:\n${each((id) => `  - { id: ${id}, title: ${id}, holder: forum, special: false, source: platform }\n`)}`,
  );
  edit(
    'retention.yaml',
    'rules:\n',
    `rules:\n${each((id) => `  - { id: ${id.replace('.', '-')}-erase, category: ${id}, action: erase, after: P1Y, from: occurred, reason: Long enough. }\n`)}`,
  );
  edit(
    'retention.yaml',
    'erasureRequests:\n',
    `erasureRequests:\n${each((id) => `  - { category: ${id}, action: erase }\n`)}`,
  );
  edit('activities/accounts.yaml', 'categories: [', `categories: [${CATEGORIES.join(', ')}, `);
  return folder;
}

export interface Received extends Json {
  type: string;
  id: string;
  data: Json;
}
type Answer = (message: Received, response: http.ServerResponse) => void;

/** A forum that keeps posts and sessions by account, checks signatures by itself, and answers as the test says. */
export async function openForum() {
  const key = randomBytes(32);
  const received: Received[] = [];
  const unsigned: string[] = [];
  const rows = new Map<string, { category: string; account: string; at: string; words: string }>();
  let answers: Answer[] = [];
  let always: Answer | undefined;
  const json = (response: http.ServerResponse, body: unknown, status = 200) =>
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  const of = ({ person }: Json) => [...rows].filter(([, row]) => row.account === person.accountId);
  const due = ({ category, before, held }: Json) =>
    [...rows].filter(([, row]) => row.category === category && row.at < before && !heldIn(held, row.account));
  const heldIn = (held: Json[] | 'all', account: string) =>
    held === 'all' || held.some(({ accountId }) => accountId === account);

  const usual: Answer = ({ type, data }, response) => {
    if (type === 'holder.check') json(response, { categories: CATEGORIES });
    if (type === 'holder.locate')
      json(response, {
        counts: Object.fromEntries(
          CATEGORIES.map((category) => [category, of(data).filter(([, row]) => row.category === category).length]),
        ),
      });
    if (type === 'holder.export') {
      response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
      const own = of(data);
      for (const [id, { category, at, words }] of own)
        response.write(`${JSON.stringify({ category, table: 'posts', id, at, fields: { words } })}\n`);
      response.end(`${JSON.stringify({ end: true, records: own.length })}\n`);
    }
    if (type === 'holder.erase') {
      const outcomes = CATEGORIES.map((category) => {
        const gone = of(data).filter(([, row]) => row.category === category && data['decisions'][category] === 'erase');
        for (const [id] of gone) rows.delete(id);
        return { category, removed: gone.length, reduced: 0, retained: 0 };
      });
      json(response, { outcomes });
    }
    if (type === 'holder.plan') {
      const found = due(data);
      const all = [...rows.values()].filter(({ category }) => category === data['category']);
      json(response, {
        due: found.length,
        held: all.filter(({ account }) => heldIn(data['held'], account)).length,
        total: all.length,
        oldest: null,
        digest: 'ab'.repeat(32),
      });
    }
    if (type === 'holder.sweep') {
      const batch = due(data).slice(0, data['rows']);
      for (const [id] of batch) rows.delete(id);
      json(response, { treated: batch.length, cursor: null, done: true });
    }
  };

  const server = http.createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      const body = Buffer.concat(pieces).toString();
      const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = request.headers;
      // As the specification says it, by other means than the service's own.
      const wanted = `v1,${createHmac('sha256', key).update([id, at, body].join('.')).digest('base64')}`;
      if (signature !== wanted) {
        unsigned.push(body);
        response.writeHead(401).end();
        return;
      }
      const message = { ...JSON.parse(body), id: String(id) } as Received;
      received.push(message);
      (answers.shift() ?? always ?? usual)(message, response);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/holder`;
  const secret = `whsec_${key.toString('base64')}`;
  return {
    url,
    secret,
    key,
    received,
    unsigned,
    rows,
    json,
    secrets: (name: string) => ({ FORUM_URL: url, FORUM_SECRET: secret })[name],
    /** The next answers, instead of the usual ones. */
    next: (...these: Answer[]) => {
      answers = these;
    },
    /** Every answer from now on; without one the usual again. */
    from: (answer?: Answer) => {
      always = answer;
    },
    /** As it answers when the test says nothing. */
    usually: (message: Received, response: http.ServerResponse) => usual(message, response),
    /** Where an answer goes that nobody hears. */
    unheard: () => new http.ServerResponse(new http.IncomingMessage(new Socket())),
    sent: (type: string) => received.filter((message) => message.type === `holder.${type}`),
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
export type Forum = Awaited<ReturnType<typeof openForum>>;
