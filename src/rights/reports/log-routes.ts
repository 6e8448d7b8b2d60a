import Type from 'typebox';
import type { MerkleLog } from '../../foundations/audit/log/service.ts';
import { parseTilePath, TILE_WIDTH } from '../../foundations/audit/log/tile.ts';
import { openingLine } from '../../foundations/audit/verify/openings.ts';
import type { Witnessing } from '../../foundations/audit/witnessing.ts';
import { once, type Route, route } from '../../foundations/contract/contract.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { closed, Uuid } from '../../foundations/contract/schemas.ts';

const Tenant = { tenant: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }) };
const NEVER_CHANGES = { 'Cache-Control': 'public, max-age=31536000, immutable' };
const FOR_SECONDS = { 'Cache-Control': 'public, max-age=1' };

/** `tile/0/x001/x234/067.p/5` has one part for each thousandfold, and one more when it is partial. */
const MOST_PARTS = 6;

/** The log as anyone may read it (C2SP tlog-tiles); entries, salts and proofs for those who may read the audit. */
export function merkleLogRoutes(merkleLog: MerkleLog, witnessing: Witnessing): Route[] {
  const tiles = Array.from({ length: MOST_PARTS }, (_, count) => {
    const names = Array.from({ length: count + 1 }, (_, part) => `part${part + 1}`);
    return route(
      {
        operationId: `getLogTile${count + 1}`,
        method: 'get',
        path: `/log/{tenant}/tile/{level}/${names.map((name) => `{${name}}`).join('/')}`,
        tag: 'Log',
        summary: count === 0 ? 'A tile of hashes, or a bundle of leaves' : `The same, of ${count + 1} path parts`,
        description:
          'C2SP tlog-tiles: `tile/<L>/<N>[.p/<W>]` and `tile/entries/<N>[.p/<W>]`. N is written in groups of three ' +
          'digits, all but the last after an `x`. Never changes. A leaf is a commitment to an entry (docs/log-format.md): ' +
          'it tells nothing to who does not have the entry and its salt.',
        permission: 'public',
        params: Type.Object(
          {
            ...Tenant,
            level: Type.String({ pattern: '^(entries|\\d{1,2})$' }),
            ...Object.fromEntries(
              names.map((name) => [name, Type.String({ pattern: '^(x?\\d{3}(\\.p)?|\\d{1,3})$' })]),
            ),
          },
          closed,
        ),
        status: 200,
        response: 'application/octet-stream',
      },
      async ({ params }) => {
        const { tenant, level, ...parts } = params as Record<string, string>;
        const address = parseTilePath(['tile', level, ...names.map((name) => parts[name])].join('/'));
        if (!address) throw new Problem('not-found', 'There is no tile of this name (C2SP tlog-tiles).');
        return { headers: NEVER_CHANGES, stream: once(await merkleLog.tile(tenant as string, address)) };
      },
    );
  });

  return [
    route(
      {
        operationId: 'getLogCheckpoint',
        lane: 'reserved',
        method: 'get',
        path: '/log/{tenant}/checkpoint',
        tag: 'Log',
        summary: 'The signed head of a tenant’s log',
        description: 'A C2SP tlog-checkpoint: origin, size, root hash, and an Ed25519 signature (signed-note).',
        permission: 'public',
        params: Type.Object(Tenant, closed),
        status: 200,
        response: 'text/plain; charset=utf-8',
      },
      async ({ params }) => ({ headers: FOR_SECONDS, stream: once(await merkleLog.checkpoint(params.tenant)) }),
    ),
    route(
      {
        operationId: 'getWitnessedLogCheckpoint',
        lane: 'reserved',
        method: 'get',
        path: '/log/{tenant}/checkpoint.witnessed',
        tag: 'Log',
        summary: 'The newest head that witnesses have cosigned',
        description:
          'The same, with the cosignatures of those who have seen the log only grow (C2SP tlog-cosignature). May be some ' +
          'minutes older; `404` while no witness has cosigned.',
        permission: 'public',
        params: Type.Object(Tenant, closed),
        status: 200,
        response: 'text/plain; charset=utf-8',
      },
      async ({ params }) => ({ headers: FOR_SECONDS, stream: once(await witnessing.checkpoint(params.tenant)) }),
    ),
    route(
      {
        operationId: 'getLogKey',
        lane: 'reserved',
        method: 'get',
        path: '/log/{tenant}/key',
        tag: 'Log',
        summary: 'The key that checks the log’s signatures',
        description: 'A signed-note verifier key: `name+hash+base64`. Keep a copy of your own.',
        permission: 'public',
        params: Type.Object(Tenant, closed),
        status: 200,
        response: 'text/plain; charset=utf-8',
      },
      async ({ params }) => ({ headers: FOR_SECONDS, stream: once(`${await merkleLog.key(params.tenant)}\n`) }),
    ),
    ...tiles,
    route(
      {
        operationId: 'getAuditProof',
        method: 'get',
        path: '/v1/audit/{entryId}/proof',
        problems: ['conflict'],
        tag: 'Log',
        summary: 'The proof that an entry stands in the log',
        description:
          'A C2SP tlog-proof: place, hashes, the signed checkpoint, and as extra data the entry with its salt; checked ' +
          'offline with `lethe log prove` or any software that knows the format. Until the entry has its place (a second, usually): `409`.',
        permission: 'audit.read',
        params: Type.Object({ entryId: Uuid }, closed),
        status: 200,
        response: 'text/plain; charset=utf-8',
      },
      async ({ context, params }) => {
        const proof = await merkleLog.proofOf(context.tenant.id, params.entryId);
        if (proof === undefined) throw await merkleLog.whyNoProof(context, params.entryId);
        const file = `attachment; filename="${params.entryId}.tlog-proof"`;
        return { headers: { 'Content-Disposition': file }, stream: once(proof) };
      },
    ),
    route(
      {
        operationId: 'getLeafOpenings',
        method: 'get',
        path: '/v1/audit/leaves',
        tag: 'Log',
        summary: 'What opens the leaves of the log: entries and their salts, by place',
        description:
          'A line of JSON for each leaf from `from` on that the newest checkpoint covers: `index`, `salt` (hex) and ' +
          '`entry`, the text that is hashed (docs/log-format.md). `lethe log verify` and `follow` read it with a token.',
        permission: 'audit.read',
        query: Type.Object(
          {
            from: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: TILE_WIDTH, default: TILE_WIDTH })),
          },
          closed,
        ),
        status: 200,
        response: 'application/x-ndjson',
      },
      async ({ context, query: { from, limit = TILE_WIDTH } }) => {
        const leaves = await merkleLog.openedLeaves(context.tenant.id, from, limit);
        return { stream: once(leaves.map(openingLine).join('')) };
      },
    ),
    route(
      {
        operationId: 'getLogConsistency',
        lane: 'reserved',
        method: 'get',
        path: '/v1/audit/consistency',
        tag: 'Log',
        summary: 'The proof that one state of the log is the beginning of another',
        description: 'RFC 9162 §2.1.4. Anyone can also make it from the tiles alone.',
        permission: 'audit.read',
        query: Type.Object(
          {
            from: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
            to: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
          },
          closed,
        ),
        status: 200,
        response: Type.Object(
          {
            from: Type.Integer(),
            to: Type.Integer(),
            proof: Type.Array(Type.String({ description: 'a hash, base64' })),
          },
          { ...closed, title: 'LogConsistency' },
        ),
      },
      async ({ context, query: { from, to } }) => ({
        body: { from, to, proof: await merkleLog.consistency(context.tenant.id, from, to) },
      }),
    ),
  ];
}
