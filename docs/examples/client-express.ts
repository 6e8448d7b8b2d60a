import express from 'express';
import { createClient, isProblem, LetheConnectionError } from 'lethe/client';

/**
 * A platform built with Express: its consent banner, its account page and its visits speak to Lethe through the typed
 * client. The token is one of the role `platform` and stays on the server.
 */
const lethe = createClient({
  baseUrl: process.env['LETHE_URL'] ?? 'http://localhost:8080',
  token: process.env['LETHE_TOKEN'],
});
const app = express();
app.use(express.json());

/** What the banner sends. The key keeps a click that was sent twice one event, also over a restart of this server. */
app.post('/consent', async (request, response) => {
  const { visitor, purpose, given, click } = request.body as Record<string, string>;
  const event = await lethe.recordConsent({
    body: {
      subject: { kind: 'visitor', id: String(visitor) },
      purpose: String(purpose),
      status: given === 'yes' ? 'given' : 'refused',
      notice: { id: 'consent-banner', version: '1.0', language: 'en' },
    },
    idempotencyKey: click,
  });
  response.json({ receipt: event.eventId });
});

/** May this be done for this account? */
app.get('/may/:purpose', async (request, response) => {
  const { purposes } = await lethe.getConsentStates({ params: { id: 'account-1' } });
  const state = purposes.find(({ purpose }) => purpose === request.params.purpose);
  response.json({ may: state?.permitsProcessing ?? false, ask: state?.needsDecision ?? true });
});

/** Deletes an account: what the policies keep, and why, is in the answer. A conflict names what stands in the way. */
app.delete('/account', async (_request, response) => {
  try {
    response.status(202).json(await lethe.eraseSubject({ params: { id: 'account-1' } }));
  } catch (error) {
    if (!isProblem(error, 'held', 'conflict')) throw error;
    response.status(error.status).json({ why: error.detail, calls: error.members.calls });
  }
});

/** The visits of a day, as they come out of the platform's own log: the answer counts them. */
export async function bringVisits(lines: AsyncIterable<{ address: string; occurredAt: string }>): Promise<number> {
  const { accepted } = await lethe.recordVisits({ body: lines });
  return accepted;
}

/** Requests that run out within a week; pages are fetched as they are needed. */
export async function soonDue(): Promise<string[]> {
  const day = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
  const due: string[] = [];
  for await (const { requestId } of lethe.items('listRequests', { query: { open: true, 'due-by': day } }))
    due.push(requestId);
  return due;
}

app.use(((error, _request, response, next) => {
  if (error instanceof LetheConnectionError) response.status(503).send('Please try again later.');
  else next(error);
}) satisfies express.ErrorRequestHandler);

app.listen(3000);
