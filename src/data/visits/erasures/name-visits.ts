import type { Context } from '../../../foundations/contract/context.ts';
import { instantOf } from '../../../foundations/contract/instant.ts';
import { invalidField } from '../../../foundations/contract/problem.ts';
import type { Query } from '../../../foundations/store/store.ts';
import type { Vault } from '../../../foundations/vault/vault.ts';
import { parseAddress, reduceAddress } from '../../../law/reduce-address.ts';
import type { Policies } from '../../../register/policies/policies.ts';
import { MONTHS_PER_SEARCH, monthsOf } from '../months.ts';
import { type NamedVisits, networksOf } from '../table/matching.ts';
import type { WantedVisits } from './model.ts';

/** Which visits are meant, as the proposal keeps it: no address stands in it. */
export type NamedOrder =
  | { visitId: string }
  | { from: string; until: string; portal?: string; network?: string; indexes?: string[]; addressNetwork?: string };

/** Networks that one condition can name. */
const NETWORKS_AT_ONCE = 10_000;

interface Deps {
  vault: Pick<Vault, 'existingKey'>;
  policies: Policies;
}

/**
 * What is asked for, held against what visits can tell.
 * @throws Problem naming what of it cannot be: a network narrower than what is kept of addresses, no time, two ways at once.
 */
export async function orderFrom(deps: Deps, context: Context, wanted: WantedVisits): Promise<NamedOrder> {
  const { visitId, network, portal } = wanted;
  if (visitId !== undefined) {
    const other = (['from', 'until', 'network', 'portal'] as const).find((name) => wanted[name] !== undefined);
    if (other) throw invalidField(`/${other}`, 'must be absent beside /visitId');
    return { visitId };
  }
  for (const name of ['from', 'until'] as const)
    if (wanted[name] === undefined) throw invalidField(`/${name}`, 'must be given, or /visitId');
  const [from, until] = [instantOf('/from', wanted.from ?? ''), instantOf('/until', wanted.until ?? '')];
  if (until <= from) throw invalidField('/until', 'must lie after /from');
  if (until > context.clock())
    throw invalidField('/until', 'must have passed: what comes later is nothing anybody has seen');
  const time = { from: from.toISOString(), until: until.toISOString(), portal };
  if (network === undefined) return time;
  const [text = '', length] = network.split('/');
  const address = parseAddress(text);
  const bits = address?.includes(':') ? 128 : 32;
  if (address === undefined || text.includes('%') || (length !== undefined && !isLength(length, bits)))
    throw invalidField('/network', 'must be a network (203.0.113.0/24, 2001:db8::/32) or one address');
  const { ipv4Prefix, ipv6Prefix } = deps.policies.of(context.tenant.id).current().installation.capture;
  const kept = bits === 32 ? ipv4Prefix : ipv6Prefix;
  const prefix = length === undefined ? bits : Number(length);
  if (prefix === bits) {
    const months = monthsOf(from, until);
    if (months.length > MONTHS_PER_SEARCH)
      throw invalidField('/until', 'must lie within three years of /from where one address is meant');
    const indexes: string[] = [];
    for (const month of months) {
      const index = (await deps.vault.existingKey(context.tenant.id, month))?.index('address', address);
      if (index !== undefined) indexes.push(index);
    }
    return { ...time, indexes, addressNetwork: reduceAddress(address, { ipv4: ipv4Prefix, ipv6: ipv6Prefix }) };
  }
  if (prefix > kept)
    throw invalidField(
      '/network',
      `must not be narrower than /${kept}: that is all visits keep of an address. Name a /${kept}, or one whole address`,
    );
  return { ...time, network: `${cut(address, prefix)}/${prefix}` };
}

const isLength = (text: string, bits: number) => /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= bits;
const cut = (address: string, prefix: number) => reduceAddress(address, { ipv4: Math.min(prefix, 32), ipv6: prefix });

/** The order as rows tell it, with the networks there are now. @throws Problem where they are too many to name */
export async function namedBy(q: Query, tenantId: string, order: NamedOrder): Promise<NamedVisits> {
  if ('visitId' in order) return order;
  const { portal, network, indexes } = order;
  const time = { from: new Date(order.from), until: new Date(order.until), portal, indexes };
  if (network === undefined) return time;
  return { ...time, networks: await within(q, tenantId, time, network) };
}

/** The reduced visits of the network that one address is in: nobody can tell whether they are of that address. */
export function besideAddress(order: NamedOrder): NamedVisits | undefined {
  if ('visitId' in order || order.indexes === undefined || order.addressNetwork === undefined) return undefined;
  const { portal, addressNetwork } = order;
  return { from: new Date(order.from), until: new Date(order.until), portal, networks: [addressNetwork] };
}

async function within(
  q: Query,
  tenantId: string,
  time: { from: Date; until: Date },
  network: string,
): Promise<string[]> {
  const [base = '', length] = network.split('/');
  const prefix = Number(length);
  const known = await networksOf(q, tenantId, time);
  const inside = known.filter((one) => one.includes(':') === base.includes(':') && cut(one, prefix) === base);
  if (inside.length > NETWORKS_AT_ONCE)
    throw invalidField('/network', 'holds too many networks at once; name a narrower one, or a shorter time');
  return inside;
}
