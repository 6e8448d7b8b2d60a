import type { KeyObject } from 'node:crypto';
import { readJson, readUtf8 } from '../../foundations/contract/json.ts';
import type { Clock } from '../../foundations/process/clock.ts';
import type { PartyRecord } from '../../register/view/view-model.ts';
import type { ProcessorClient } from './client.ts';
import { signatureFits, trustedKey } from './trust.ts';

type Speaking = NonNullable<PartyRecord['opendsr']>;

/** Processors whose certificate is remembered at most; the oldest goes first. */
const MOST = 100;
/** Milliseconds a certificate is believed without being asked for again, if it is in force that long: a day. */
const LIFE = 86_400_000;
/** Milliseconds between two questions to one processor: whoever sends us wrong signatures makes us ask no oftener. */
const PAUSE = 60_000;

const none = Promise.resolve(undefined);

interface Known {
  askedAt: number;
  key: Promise<KeyObject | undefined>;
  /** Until when the key counts; 0 while it is being asked for, or where there was none. */
  until: number;
}

export const underUrl = ({ url }: Speaking, path: string) => new URL(`${url.replace(/\/+$/, '')}/v1/${path}`);

/** Keys of processors by their certificates, fetched where needed and remembered as long as they are in force. */
export function createProcessorCertificates(client: ProcessorClient) {
  const known = new Map<string, Known>();

  async function fetched(party: Speaking, now: Date, one: Known): Promise<KeyObject | undefined> {
    const discovered = await client('GET', underUrl(party, 'discovery'), { headers: {} });
    const { processor_certificate: where } = readJson(readUtf8(discovered.bytes)) as {
      processor_certificate?: unknown;
    };
    const address = typeof where === 'string' && URL.canParse(where, party.url) ? new URL(where, party.url) : undefined;
    if (!address || address.hostname !== party.domain) return undefined;
    const { bytes: pem } = await client('GET', address, { headers: {} });
    const trusted = trustedKey(pem.toString('latin1'), party.domain, party.certificateAuthority, now);
    one.until = trusted ? Math.min(trusted.validTo.getTime(), now.getTime() + LIFE) : 0;
    return trusted?.key;
  }

  /** The key as it is known, or asked for now; `anew`: as it may have changed. */
  function keyOf(party: Speaking, now: Date, anew: boolean): Promise<KeyObject | undefined> {
    const name = JSON.stringify([party.url, party.domain, party.certificateAuthority ?? null]);
    const kept = known.get(name);
    const at = now.getTime();
    if (kept) {
      const inForce = at < kept.until;
      const justAsked = at >= kept.askedAt && at < kept.askedAt + PAUSE;
      if (justAsked) return inForce || kept.until === 0 ? kept.key : none;
      if (inForce && !anew) return kept.key;
    }
    const one: Known = { askedAt: at, until: 0, key: none };
    // Whatever went wrong is no key, and is not tried again at once.
    one.key = fetched(party, now, one).catch(() => undefined);
    known.delete(name);
    known.set(name, one);
    if (known.size > MOST) known.delete(known.keys().next().value as string);
    return one.key;
  }

  /** Whether a processor has signed these bytes. A certificate that no longer fits is asked for once more. */
  return async (party: Speaking, bytes: Buffer, signature: unknown, clock: Clock): Promise<boolean> => {
    const first = await keyOf(party, clock(), false);
    if (first && signatureFits(first, bytes, signature)) return true;
    const second = await keyOf(party, clock(), true);
    return second !== undefined && second !== first && signatureFits(second, bytes, signature);
  };
}
