import ipaddr from 'ipaddr.js';
import { reduceAddress } from '../../law/reduce-address.ts';
import { Problem } from '../contract/problem.ts';
import type { Clock } from '../process/clock.ts';

/** Milliseconds for which failures from one network are counted together. */
const WINDOW = 15 * 60_000;
/** Milliseconds for which all failures are counted, and an alarm stands. */
const HOUR = 3_600_000;
/** Failures in an hour, from wherever, that are no slip of somebody's any more. */
const ALARMING = 100;
/** Networks counted at most; the oldest count goes first. */
const MOST_NETWORKS = 10_000;
/** What one subscriber has. */
const NETWORK = { ipv4: 24, ipv6: 64 };
/** Where sign-ins come from whose address cannot be told. */
const UNKNOWN = 'unknown';

const NEAR = new Set(['private', 'uniqueLocal', 'linkLocal', 'carrierGradeNat']);

/** From what kind of network: all that is kept of where a failure came from. */
type NetworkKind = 'public' | 'private' | 'this-machine' | 'unknown';

function kindOf(network: string): NetworkKind {
  if (network === UNKNOWN) return 'unknown';
  const range = ipaddr.parse(network).range();
  if (range === 'loopback') return 'this-machine';
  return NEAR.has(range) ? 'private' : 'public';
}

interface SignInDeps {
  clock: Clock;
  /** Failures from one network within the window before tokens that were not seen here must wait; 0: no limit. */
  perNetwork: number;
}

/** What of failed sign-ins may be told: numbers, and kinds of networks. */
export interface SignInState {
  /** Within the hour that is counted. */
  failed: number;
  /** Of these, how many were not even looked at. */
  refused: number;
  from: Partial<Record<NetworkKind, number>>;
  alarming: boolean;
}

/**
 * Counts sign-ins that fail, in memory and by network. A network that has failed too often waits: not who was let in from
 * it before (their tokens are remembered), but whatever token was not seen here yet. So guessing ends, and whoever shares
 * a proxy with the one who guesses goes on working.
 */
export function createSignIns({ clock, perNetwork }: SignInDeps) {
  const networks = new Map<string, { since: number; failed: number }>();
  let hour = newHour(0);
  let raise: (state: SignInState) => Promise<void> = async () => undefined;
  const raising = new Set<Promise<void>>();

  function newHour(since: number) {
    return { since, failed: 0, refused: 0, from: {} as SignInState['from'], exceeded: false, told: false };
  }

  function present(now: number) {
    if (now - hour.since >= HOUR || now < hour.since) hour = newHour(now);
    return hour;
  }

  function stateOf({ failed, refused, from, exceeded }: typeof hour): SignInState {
    return { failed, refused, from: { ...from }, alarming: exceeded || failed >= ALARMING };
  }

  function countOf(network: string, now: number) {
    const known = networks.get(network);
    if (known && now - known.since < WINDOW && now >= known.since) return known;
    networks.delete(network);
    if (networks.size >= MOST_NETWORKS) networks.delete(networks.keys().next().value as string);
    const fresh = { since: now, failed: 0 };
    networks.set(network, fresh);
    return fresh;
  }

  function note(network: string, now: number, isRefused: boolean): void {
    const counted = present(now);
    counted.failed += 1;
    if (isRefused) counted.refused += 1;
    const kind = kindOf(network);
    counted.from[kind] = (counted.from[kind] ?? 0) + 1;
    const state = stateOf(counted);
    if (!state.alarming || counted.told) return;
    counted.told = true;
    const raised: Promise<void> = raise(state)
      // Told at the next failure.
      .catch(() => {
        counted.told = false;
      })
      .finally(() => raising.delete(raised));
    raising.add(raised);
  }

  const networkOf = (address: string | undefined) =>
    (address === undefined ? undefined : reduceAddress(address, NETWORK)) ?? UNKNOWN;

  return {
    /**
     * Whether a token that was not seen here yet may be tried from there.
     * @throws Problem `too-many-requests`, the same for a right token and a wrong one
     */
    admit(address: string | undefined): void {
      if (perNetwork === 0) return;
      const now = clock().getTime();
      const network = networkOf(address);
      const known = networks.get(network);
      if (!known || known.failed < perNetwork || now - known.since >= WINDOW || now < known.since) return;
      note(network, now, true);
      const seconds = Math.ceil((known.since + WINDOW - now) / 1000);
      throw new Problem('too-many-requests', 'Too many sign-ins from this network have failed; try again later.', {
        headers: { 'Retry-After': String(seconds) },
      });
    },

    /** A token was given and is none. */
    failed(address: string | undefined): void {
      const now = clock().getTime();
      const network = networkOf(address);
      const count = countOf(network, now);
      count.failed += 1;
      if (perNetwork > 0 && count.failed === perNetwork) present(now).exceeded = true;
      note(network, now, false);
    },

    state: (): SignInState => stateOf(present(clock().getTime())),

    /** What is done once an hour in which sign-ins fail unusually often. */
    onAlarm(act: (state: SignInState) => Promise<void>): void {
      raise = act;
    },

    /** Waits for alarms that are being raised. */
    settle: async (): Promise<void> => {
      await Promise.all(raising);
    },
  };
}

export type SignIns = ReturnType<typeof createSignIns>;
