import { randomBytes } from 'node:crypto';
import { MOST_NUMBERS } from './envelope.ts';
import type { Keyring, RotatedScope, Rotation, RotationPhase, WrappedKey } from './keyring.ts';

/** Scopes dealt with at once. */
const BATCH = 200;

/** What the vault does for a rotation. */
interface RotationHands {
  /** A key for the scope of `previous`, wrapped and pending. */
  successor(previous: WrappedKey, keyId: string, epoch: number): WrappedKey;
  check(): string;
  /** Nothing that is remembered of keys stands any more. */
  forgetAll(): void;
  /** Destroys keys so that no write can end that rests on them (key-fence.ts). */
  destroying(tenantId: string, scopes: string[], destroy: (scopes: string[]) => Promise<number>): Promise<number>;
}

/**
 * The keyring's part of a rotation of data keys, each step repeatable: a crash anywhere leaves a keyring that opens all
 * that is sealed, and the next call goes on. Between the steps whoever drives it waits until no instance remembers what
 * was before (reseal.ts).
 */
export function createKeyRotation(keyring: Keyring, hands: RotationHands) {
  const { rotations } = keyring;

  /** Pages through scopes; each page leaves the list by being dealt with, or is stepped over. */
  async function each(
    page: (after: RotatedScope | undefined) => Promise<RotatedScope[]>,
    work: (scopes: RotatedScope[]) => Promise<void>,
  ): Promise<void> {
    let after: RotatedScope | undefined;
    for (;;) {
      const scopes = await page(after);
      if (scopes.length === 0) return;
      await work(scopes);
      after = scopes.at(-1);
      await new Promise((next) => setImmediate(next));
    }
  }

  return {
    underWay: (): Promise<Rotation | undefined> => rotations.underWay(),
    /** Begins one; or answers the one under way, whatever it is over. */
    begin: (over: Pick<Rotation, 'tenantId' | 'scope'>): Promise<Rotation> => rotations.begin(over),
    moveTo: (rotation: Rotation, phase: RotationPhase): Promise<void> => rotations.moveTo(rotation.epoch, phase),

    /** A further key for each scope, with which nothing is sealed yet. Answers how many there are new. */
    async announce(rotation: Rotation): Promise<number> {
      let announced = 0;
      await each(
        (after) => rotations.due(rotation, after, BATCH),
        async (scopes) => {
          for (const { tenantId, scope } of scopes) {
            const previous = (await keyring.find(tenantId, scope)).at(-1);
            // Destroyed meanwhile, or at the end of its numbers: the value's head has two bytes for it.
            if (!previous || previous.number >= MOST_NUMBERS || previous.epoch >= rotation.epoch) continue;
            const next = hands.successor(previous, randomBytes(16).toString('hex'), rotation.epoch);
            if (await rotations.announce(next, previous, hands.check())) announced += 1;
          }
        },
      );
      hands.forgetAll();
      return announced;
    },

    /** From now on what is sealed is sealed with the new keys. */
    async promote(rotation: Rotation): Promise<void> {
      await rotations.promote(rotation.epoch);
      hands.forgetAll();
    },

    /** Destroys the keys before the new ones. Answers how many. */
    async retire(rotation: Rotation): Promise<number> {
      let retired = 0;
      await each(
        (after) => rotations.unretired(rotation, after, BATCH),
        async (scopes) => {
          for (const tenantId of new Set(scopes.map((one) => one.tenantId))) {
            const its = scopes.filter((one) => one.tenantId === tenantId).map(({ scope }) => scope);
            retired += await hands.destroying(tenantId, its, (chosen) => rotations.retire(tenantId, chosen));
          }
        },
      );
      hands.forgetAll();
      return retired;
    },
  };
}

export type KeyRotation = ReturnType<typeof createKeyRotation>;
