import type { Pseudonyms } from '../store/pseudonyms.ts';
import type { Keyring, RotatedScope, Rotation, WrappedKey } from './keyring.ts';

const SUBJECT_SCOPE = /^subject:([0-9a-f]{32})$/;

/** A keyring in which a person has a pseudonym that is nowhere else; whoever calls it speaks of the root pseudonym. */
export function withOwnPseudonyms(keyring: Keyring, pseudonyms: Pseudonyms): Keyring {
  const { rotations } = keyring;
  const named = (way: 'encode' | 'decode') => (scope: string) => {
    const [, id] = SUBJECT_SCOPE.exec(scope) ?? [];
    return id === undefined ? scope : `subject:${pseudonyms[way]('keyring', id)}`;
  };
  const [stored, told] = [named('encode'), named('decode')];
  const renamed = <K extends { scope: string }>(key: K): K => ({ ...key, scope: told(key.scope) });
  const kept = <K extends { scope: string }>(key: K): K => ({ ...key, scope: stored(key.scope) });
  const keptIf = (scope: RotatedScope | undefined) => scope && kept(scope);
  const over = <R extends Pick<Rotation, 'scope'>>(rotation: R, name = stored): R => ({
    ...rotation,
    scope: rotation.scope === null ? null : name(rotation.scope),
  });
  return {
    ...keyring,
    find: async (tenantId, scope) => (await keyring.find(tenantId, stored(scope))).map(renamed),
    create: async (key, check) => (await keyring.create(kept(key), check)).map(renamed),
    findEach: async (tenantId, scopes) => (await keyring.findEach(tenantId, scopes.map(stored))).map(renamed),
    createEach: async (keys, check) =>
      (await keyring.createEach(keys.map(kept), check)).map((standing) => standing.map(renamed)),
    destroy: (tenantId, scopes) => keyring.destroy(tenantId, scopes.map(stored)),
    list: async (tenantId, prefix, after, limit) =>
      (await keyring.list(tenantId, prefix, stored(after), limit)).map(told),
    rewrap: (check, rewrapOne) => keyring.rewrap(check, (key: WrappedKey) => rewrapOne(renamed(key))),
    rotations: {
      ...rotations,
      underWay: async () => {
        const rotation = await rotations.underWay();
        return rotation && over(rotation, told);
      },
      begin: async (rotation) => over(await rotations.begin(over(rotation)), told),
      due: async (rotation, after, limit) => (await rotations.due(over(rotation), keptIf(after), limit)).map(renamed),
      announce: (next, previous, check) => rotations.announce(kept(next), kept(previous), check),
      unretired: async (rotation, after, limit) =>
        (await rotations.unretired(over(rotation), keptIf(after), limit)).map(renamed),
      retire: (tenantId, scopes) => rotations.retire(tenantId, scopes.map(stored)),
    },
  };
}
