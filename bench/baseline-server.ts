import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import express from 'express';
import type { ConsentInput } from '../src/data/consent/model.ts';
import { routeBodySchema } from './consent-load.ts';

/** What consent POST is measured against: stock Express 5 and `express.json`, the same validation, no database. */
const ajv = new Ajv2020({ strict: false });
formats.default(ajv);
const validate = ajv.compile<ConsentInput>(routeBodySchema() as object);
const app = express();
app.use(express.json());
app.post('/v1/consents', (request, response) => {
  if (!validate(request.body)) {
    response.status(400).json({ title: 'invalid' });
    return;
  }
  const { purpose, status, notice, subject } = request.body;
  response.status(201).json({
    eventId: crypto.randomUUID(),
    subjectKind: subject.kind,
    purpose,
    status,
    notice,
    recordedAt: new Date().toISOString(),
    expiresAt: new Date().toISOString(),
  });
});
const server = app.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number };
  console.log(`http://127.0.0.1:${port}`);
});
