import { createHash } from 'node:crypto';
import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { buildServices, type Services } from '../../../src/app/services.ts';
import { MANIFEST_FILE, type Manifest, SIGNATURE_FILE } from '../../../src/foundations/departure/manifest.ts';
import { bytesOfFile } from '../../../src/foundations/departure/read-file.ts';
import { tarEnd, tarEntries, tarEntry } from '../../../src/foundations/departure/tar.ts';
import type { ExternalHolder } from '../../../src/foundations/holders/external.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import { createSigner } from '../../../src/foundations/signing/signer.ts';
import type { Vault } from '../../../src/foundations/vault/vault.ts';
import type { Departure } from '../../../src/oversight/leaving/model.ts';
import type { TestApp } from '../../support/app.ts';
import type { Ground } from '../../support/engines.ts';

/** An instance over a ground that has no tenants but its home. */
export async function bareServices(
  ground: Ground,
  app: Pick<TestApp, 'policies' | 'time'>,
  externalHolders?: ExternalHolder[],
): Promise<Services> {
  const services = await buildServices({
    store: ground.store,
    vault: ground.vault,
    policies: app.policies,
    externalHolders,
    clock: () => new Date(app.time.now),
    log: createLog('silent', { write: () => undefined }),
    tokenEnds: { usual: 36_500, longest: 36_500 },
  });
  const secret = `lethe_admin_${'installation'.padEnd(43, 'x')}`;
  await services.access.bootstrap({ secret, announce: () => undefined });
  return services;
}

/** Opened by the administrator, agreed to by the officer. */
export async function agreedDeparture(app: TestApp, choice: 'return' | 'delete'): Promise<Departure> {
  const on = app.time.now.toISOString().slice(0, 10);
  const { body: opened } = await app
    .as('admin')
    .post('/v1/departures')
    .send({ choice, on, reason: 'moves-elsewhere' })
    .expect(201);
  const { body } = await app
    .as('dpo')
    .post(`/v1/departures/${opened.departureId}/approval`)
    .send({ digest: opened.digest })
    .expect(200);
  return body;
}

/** An age identity, and who it is known as. */
export async function newIdentity(): Promise<{ identity: string; recipient: string }> {
  const identity = await generateIdentity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/** The return as it comes over HTTP, in a file. */
export async function returnedFile(
  app: TestApp,
  departureId: string,
  recipient: string,
  folder: string,
): Promise<string> {
  const file = join(folder, `${departureId}.tar.age`);
  const { body } = await app
    .as('admin')
    .post(`/v1/departures/${departureId}/return`)
    .send({ recipient })
    .responseType('blob')
    .expect(200);
  await pipeline([body], createWriteStream(file));
  return file;
}

/** The return with one more part, signed again as the instance signs that made it. */
export async function withPart(
  vault: Vault,
  file: string,
  identity: string,
  part: { name: string; line: unknown },
): Promise<string> {
  const at = new Date(0);
  const content = Buffer.from(`${JSON.stringify(part.line)}\n`);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const pieces: Buffer[] = [];
  let manifest: Manifest | undefined;
  for await (const entry of tarEntries(bytesOfFile(file, [identity])))
    if (entry.name === MANIFEST_FILE) manifest = JSON.parse(entry.content.toString('utf8'));
    else if (entry.name !== SIGNATURE_FILE) pieces.push(tarEntry(entry.name, entry.content, at));
  if (!manifest) throw new Error('no manifest');
  manifest.files.push({ name: part.name, bytes: content.length, sha256 });
  pieces.push(tarEntry(part.name, content, at), tarEntry(MANIFEST_FILE, Buffer.from(JSON.stringify(manifest)), at));
  pieces.push(
    tarEntry(SIGNATURE_FILE, Buffer.from(await createSigner(vault).sign(manifest, 'departure-manifest+jws')), at),
  );
  const to = `${file}.forged`;
  writeFileSync(to, Buffer.concat([...pieces, tarEnd()]));
  return to;
}
