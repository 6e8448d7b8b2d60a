import { type Route, route } from '../../foundations/contract/contract.ts';
import { AS_OF_QUERY, asOf } from '../../register/view/as-of.ts';
import type { AuthorityPackService } from './service.ts';

export function authorityPackRoutes(packs: AuthorityPackService): Route[] {
  return [
    route(
      {
        operationId: 'getAuthorityPack',
        lane: 'batch',
        method: 'get',
        path: '/v1/authority-pack',
        tag: 'Register',
        summary: 'Everything an authority may ask for, as of an instant: one signed ZIP (Art. 30(4), 31)',
        description:
          'Records of processing, register, agreements with annexes, sub-processors, transfers, breaches, retention ' +
          'schedule, notices, findings, certificates and log entries with their proofs. The asking is recorded. ' +
          '`lethe authority-pack verify FILE` checks it without this service.',
        permission: 'authority-packs.make',
        query: AS_OF_QUERY,
        status: 200,
        response: 'application/zip',
      },
      async ({ context, query }) => {
        const pack = await packs.prepare(context, asOf(query));
        const day = pack.asOf.at.toISOString().slice(0, 10);
        return {
          headers: { 'Content-Disposition': `attachment; filename="authority-pack-${context.tenant.id}-${day}.zip"` },
          stream: streamed(pack.into),
        };
      },
    ),
  ];
}

/** What is written, as it is written. Whoever stops reading stops the writing. */
async function* streamed(into: (sink: WritableStream<Uint8Array>) => Promise<unknown>): AsyncGenerator<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  let fault: unknown;
  const written = into(writable).catch(async (reason: unknown) => {
    fault = reason;
    await writable.abort(reason).catch(() => undefined);
  });
  const reader = readable.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
    await written;
  }
  if (fault !== undefined) throw fault;
}
