import type { Clock } from '../process/clock.ts';
import { createWriteWatch, type WriteWatch } from '../store/write-watch.ts';
import type { Keyring } from './keyring.ts';

/** A keyring whose writes are watched, those of what is kept apart too. */
export function watchKeyring(keyring: Keyring, clock: Clock): { keyring: Keyring; watch: WriteWatch } {
  const watch = createWriteWatch(clock, () => keyring.tryWrite());
  const { keptApart } = keyring;
  return {
    watch,
    keyring: {
      ...keyring,
      find: (...at) => watch.read(() => keyring.find(...at)),
      findEach: (...at) => watch.read(() => keyring.findEach(...at)),
      createEach: (...wanted) => watch.write(() => keyring.createEach(...wanted)),
      list: (...wanted) => watch.read(() => keyring.list(...wanted)),
      create: (...wanted) => watch.write(() => keyring.create(...wanted)),
      destroy: (...wanted) => watch.write(() => keyring.destroy(...wanted)),
      rewrap: (...wanted) => watch.write(() => keyring.rewrap(...wanted)),
      keptApart: {
        ...keptApart,
        published: (...of) => watch.read(() => keptApart.published(...of)),
        publish: (...wanted) => watch.write(() => keptApart.publish(...wanted)),
        recordErasure: (...wanted) => watch.write(() => keptApart.recordErasure(...wanted)),
        recordTokenEnd: (...wanted) => watch.write(() => keptApart.recordTokenEnd(...wanted)),
        tokenEnded: (...of) => watch.read(() => keptApart.tokenEnded(...of)),
        recordTenantEnd: (...wanted) => watch.write(() => keptApart.recordTenantEnd(...wanted)),
        tenantEnds: () => watch.read(() => keptApart.tenantEnds()),
        readmitTenant: (...wanted) => watch.write(() => keptApart.readmitTenant(...wanted)),
        erasures: (...page) => watch.read(() => keptApart.erasures(...page)),
      },
    },
  };
}
