import type { Context } from '../../foundations/contract/context.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import type { Outgoing } from '../../foundations/outbox/model.ts';
import type { PartyRecord, RegisterView } from '../../register/view/view-model.ts';
import type { Package } from '../reports/package/model.ts';
import type { RequestType } from './types.ts';

/** What the controller that receives a person's data is told (its `type` in the webhook). */
const TRANSFER_TOPIC = 'data-portability.transfer';

/**
 * The controller to which a person's data may go directly (Art. 20(2)): "where technically feasible" is where the
 * register has an address for signed webhooks of it. A stranger's words name no address that anything is sent to.
 * @throws Problem naming the field
 */
export function checkTransfer(
  view: RegisterView,
  type: RequestType,
  id: string,
  field: string,
): PartyRecord & { webhook: string } {
  if (type !== 'portability') throw invalidField(field, 'is of a portability request only (Art. 20(2))');
  const party = view.party(id);
  const webhook = party?.notices?.webhook;
  if (!party || party.kind === 'tenant' || !webhook)
    throw invalidField(
      field,
      'must be a party of the register, not itself, with an address for webhooks: elsewhere a direct transfer is not technically feasible (Art. 20(2))',
    );
  return { ...party, webhook };
}

/**
 * The webhook by which a package goes to another controller: where it is fetched, once, and what to hold it against. The
 * data itself is not in it, however large; nobody but who gets this can fetch it. Signed and tried again by the outbox.
 */
export function transferMessage(
  { tenant }: Context,
  to: { id: string; webhook: string },
  { packageId, bytes, sha256, linkExpiresAt }: Package,
  url: string,
): Outgoing {
  const data = {
    tenant: tenant.id,
    packageId,
    fetch: { method: 'POST', url, until: linkExpiresAt },
    package: { contentType: 'application/zip', bytes, sha256 },
  };
  return {
    party: to.id,
    topic: TRANSFER_TOPIC,
    delivery: { channel: 'webhook', url: to.webhook },
    data,
    subject: TRANSFER_TOPIC,
    text: '',
  };
}

/** Where packages are fetched by strangers. @throws Problem `conflict` where the service knows no address of its own */
export function fetchedAt(publicUrl: string | undefined, path: string | undefined): string {
  if (publicUrl === undefined || path === undefined)
    throw new Problem(
      'conflict',
      'The service knows no address under which others reach it (LETHE_PUBLIC_URL): nothing can be fetched from it.',
    );
  return `${publicUrl}${path}`;
}
