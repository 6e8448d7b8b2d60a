import Type from 'typebox';
import type { Context } from '../../../foundations/contract/context.ts';
import { once, type Route, route } from '../../../foundations/contract/contract.ts';
import { cursorPage, PAGE_QUERY } from '../../../foundations/contract/cursor-page.ts';
import { Problem } from '../../../foundations/contract/problem.ts';
import { closed } from '../../../foundations/contract/schemas.ts';
import type { Sender } from '../../../foundations/print/model.ts';
import type { Outgoing } from './delivery.ts';
import { portableContext } from './json-ld.ts';
import { linkPage, linkPagePolicy, noLinkPage } from './link-page.ts';
import {
  LinkParams,
  Package,
  PackageApproval,
  PackageInput,
  PackageParams,
  PackageRelease,
  ReleasedPackage,
} from './model.ts';
import type { PackageService } from './service.ts';

const tag = 'Packages';

const HTML = 'text/html; charset=utf-8';
const pageReply = (page: string) => ({
  headers: {
    'Content-Security-Policy': linkPagePolicy(page),
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
  },
  stream: once(page),
});

/**
 * The ticket of a browser that has opened the link before (`delivery.ts`): this site’s, for this package, unreadable to
 * scripts. Where the service is reached over https its name says so, and no other way can set it (RFC 6265bis).
 */
const ticketName = (publicUrl: string | undefined): string =>
  publicUrl?.startsWith('https:') ? '__Secure-lethe-package' : 'lethe-package';
const ticketIn = (
  name: string,
  { cookie }: Readonly<Record<string, string | string[] | undefined>>,
): string | undefined =>
  String(cookie ?? '')
    .split(';')
    .map((pair) => pair.trim().split('='))
    .find(([key, value = '']) => key === name && /^[A-Za-z0-9_-]{43}$/.test(value))?.[1];

const asDownload = ({ name, bytes, stream }: Outgoing) => ({
  headers: {
    'Content-Disposition': `attachment; filename="${name}"`,
    'Content-Length': String(bytes),
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
  },
  stream,
});

export function packageRoutes(packages: PackageService): Route[] {
  const one = { tag, params: PackageParams, status: 200 } as const;
  return [
    route(
      {
        operationId: 'orderPackage',
        lane: 'batch',
        method: 'post',
        path: '/v1/packages',
        tag,
        summary: 'Order everything held about one person as a package',
        description:
          '`access`: the nine parts of Art. 15 and the copy. `portability`: what the person may take elsewhere (Art. 20). ' +
          'A job makes it within a minute; then it is looked at, approved by a second person, and released.',
        permission: 'packages.prepare',
        body: PackageInput,
        example: { subject: 'account:jo-keller', kind: 'access', language: 'en' },
        idempotency: 'required',
        status: 202,
        response: Package,
      },
      async ({ context, body }) => ({ body: await packages.prepare(context, body) }),
    ),
    route(
      {
        operationId: 'listPackages',
        method: 'get',
        path: '/v1/packages',
        tag,
        summary: 'Packages, newest first',
        description:
          'What was ordered for whom, what is being made, waits for approval, was fetched or destroyed. Names ' +
          'nobody.',
        permission: 'packages.read',
        query: Type.Object(PAGE_QUERY, closed),
        status: 200,
        response: cursorPage(Package),
      },
      async ({ context, query }) => ({ body: await packages.list(context, query) }),
    ),
    route(
      {
        ...one,
        operationId: 'getPackage',
        method: 'get',
        path: '/v1/packages/{packageId}',
        summary: 'How a package stands, and what it holds by counts and digests',
        description:
          'Ask until it is `ready`: counts and digests of every part, and places that did not answer. For its ' +
          'content look at `…/content`.',
        permission: 'packages.read',
        response: Package,
      },
      async ({ context, params }) => ({ body: await packages.get(context, params.packageId) }),
    ),
    route(
      {
        ...one,
        operationId: 'getPackageContent',
        method: 'get',
        path: '/v1/packages/{packageId}/content',
        problems: ['conflict'],
        summary: 'The package as the person will get it, to look at before it is approved',
        description:
          'What the second person reads before they agree: every record by category, with what is redacted and why. ' +
          'Each call is a look, and the person can learn of it.',
        permission: 'packages.content',
        reads: 'personal-data',
        response: 'application/zip',
      },
      async ({ context, params }) => asDownload(await packages.content(context, params.packageId)),
    ),
    route(
      {
        ...one,
        operationId: 'makePackageAgain',
        lane: 'batch',
        method: 'post',
        path: '/v1/packages/{packageId}/making',
        summary: 'Make it again: a place did not answer, or something went wrong',
        description:
          'For a package that is incomplete or failed. What was made before is thrown away; approvals do not carry ' +
          'over.',
        permission: 'packages.prepare',
        idempotency: 'required',
        status: 202,
        response: Package,
      },
      async ({ context, params }) => ({ body: await packages.makeAgain(context, params.packageId) }),
    ),
    route(
      {
        ...one,
        operationId: 'approvePackage',
        method: 'post',
        path: '/v1/packages/{packageId}/approval',
        summary: 'Agree that it may go out, as another person than who ordered it',
        description:
          'Whoever ordered it cannot agree to it. Where a place did not answer, say `incomplete: accepted` if it ' +
          'may go out nevertheless.',
        permission: 'packages.release',
        body: PackageApproval,
        example: {},
        idempotency: 'required',
        response: Package,
      },
      async ({ context, params, body }) => ({ body: await packages.approve(context, params.packageId, body) }),
    ),
    route(
      {
        ...one,
        operationId: 'releasePackage',
        method: 'post',
        path: '/v1/packages/{packageId}/release',
        summary: 'Let an approved package go: by a one-time link, or encrypted for a passphrase',
        description:
          'The link is shown in this answer only, stands for seven days and is used up by whoever opens it first; a ' +
          'download that broke can be repeated for half an hour by the same browser, otherwise release it again for a new ' +
          'link, which ends the old one. A passphrase is kept nowhere: fetch the file at `/file`.',
        permission: 'packages.release',
        body: PackageRelease,
        example: { by: 'link' },
        idempotency: 'required',
        response: ReleasedPackage,
      },
      async ({ context, params, body }) => {
        const { package: released, path = null } = await packages.release(context, params.packageId, body);
        return { headers: { 'Cache-Control': 'no-store' }, body: { package: released, path } };
      },
    ),
    route(
      {
        ...one,
        operationId: 'getPackageFile',
        method: 'get',
        path: '/v1/packages/{packageId}/file',
        summary: 'The package as it was encrypted for a passphrase, to send on',
        description:
          'Counts as delivered when it was fetched whole. Who chose the passphrase can open it, so this is a look at the ' +
          'data of the person, who learns of it.',
        permission: 'packages.release',
        reads: 'personal-data',
        response: 'application/zip',
      },
      async ({ context, params }) => asDownload(await packages.file(context, params.packageId)),
    ),
    route(
      {
        ...one,
        operationId: 'destroyPackage',
        method: 'post',
        path: '/v1/packages/{packageId}/destruction',
        summary: 'Destroy a package before its time',
        description:
          'For one that should not have been made, or is no longer needed: its key goes first, and nobody can open ' +
          'it any more. Otherwise it goes by itself.',
        permission: 'packages.release',
        idempotency: 'required',
        response: Package,
      },
      async ({ context, params }) => ({ body: await packages.destroy(context, params.packageId) }),
    ),
  ];
}

export interface LinkDeps {
  packages: Pick<PackageService, 'lookAtLink' | 'openLink'>;
  contextFor(tenantId: string): Promise<Context | undefined>;
  /** Whose pages they are. */
  senderFor(context: Context): Promise<Sender>;
  publicUrl: string | undefined;
}

/** A person reads the answer: also that a link does not count. */
async function orNoLink<R extends object>(sender: Sender, open: () => Promise<R>) {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof Problem) || error.type !== 'not-found') throw error;
    const { headers, stream } = pageReply(noLinkPage(sender));
    return { status: error.status, headers: { ...headers, 'Content-Type': HTML }, stream };
  }
}

/** What the person does with a link, without credentials: look, and fetch. The secret is in the path, which no log holds. */
export function packageLinkRoutes({ packages, contextFor, senderFor, publicUrl }: LinkDeps): Route[] {
  const ticket = ticketName(publicUrl);
  const common = {
    ...({ path: '/packages/{tenant}/{packageId}/{secret}', tag, permission: 'public', rateLimited: true } as const),
    ...({ params: LinkParams, status: 200, others: { 404: [HTML] } } as const),
  };
  const known = async (tenantId: string): Promise<Context> => {
    const context = await contextFor(tenantId);
    if (!context) throw new Problem('not-found', 'There is no such portal here.');
    return context;
  };
  return [
    route(
      {
        ...common,
        operationId: 'getPackageLinkPage',
        method: 'get',
        summary: 'A page with the button that fetches a package',
        description: 'Looking does not use the link up: mail scanners follow links.',
        response: HTML,
      },
      async ({ params: { tenant, packageId, secret }, headers }) => {
        const context = await known(tenant);
        const sender = await senderFor(context);
        return orNoLink(sender, async () => {
          const link = await packages.lookAtLink(context, packageId, secret, ticketIn(ticket, headers));
          return pageReply(linkPage(sender, context.tenant, link));
        });
      },
    ),
    route(
      {
        ...common,
        operationId: 'fetchPackage',
        method: 'post',
        summary: 'Fetch a package by its one-time link',
        description:
          'Of any number at once one gets it. The answer sets a cookie for this package (HttpOnly, half an hour): with it ' +
          'the same browser can repeat a download that broke off, until one was complete.',
        response: 'application/zip',
      },
      async ({ params: { tenant, packageId, secret }, headers }) => {
        const context = await known(tenant);
        return orNoLink(await senderFor(context), async () => {
          const file = await packages.openLink(context, packageId, secret, ticketIn(ticket, headers));
          const reply = asDownload(file);
          const place = `Path=/packages/${tenant}/${packageId}; Max-Age=${file.ticketLife}`;
          const cookie = `${ticket}=${file.ticket}; ${place}; HttpOnly; Secure; SameSite=Lax`;
          return { ...reply, headers: { ...reply.headers, 'Set-Cookie': cookie } };
        });
      },
    ),
    route(
      {
        operationId: 'getPortabilityContext',
        method: 'get',
        path: '/contexts/portability-v1.jsonld',
        tag,
        permission: 'public',
        rateLimited: true,
        status: 200,
        summary: 'The JSON-LD context of portability packs',
        description: 'Machines that read portability packages as JSON-LD load it from here; it does not change.',
        response: 'application/ld+json',
      },
      async () => ({ stream: once(`${JSON.stringify(portableContext, null, 2)}\n`) }),
    ),
  ];
}
