import type { Activity, ErasureRequestRule, Letter, Notice, Purpose, RetentionRule, Transition } from './model.ts';
import type { Located } from './policy-parts.ts';
import type { Overlay, OverlayInstallation } from './tenant-overlay.ts';

/** Where each entry of an overlay was written, by the entry itself; what came by no file has the place its file would have. */
export type Places = WeakMap<object, Located<unknown>['place']>;

export interface LocatedOverlay {
  rules: Located<RetentionRule>[];
  erasureRequests: Located<ErasureRequestRule>[];
  transitions: Located<Transition>[];
  purposes: Located<Purpose>[];
  activities: Located<Activity>[];
  notices: Located<Notice>[];
  letters: Located<{ id: string; language: string; letter: Letter }>[];
  installation: Located<OverlayInstallation> | undefined;
}

export const tenantFolder = (tenantId: string): string => `tenants/${tenantId}`;

/** The entries of an overlay, each with the way to its place. */
export function located({ tenantId, parts }: Overlay, places: Places = new WeakMap()): LocatedOverlay {
  const at = <T extends object>(value: T, file: string, above = '', entry: object = value): Located<T> => ({
    value,
    place:
      places.get(entry) ??
      ((pointer) => ({ file: `${tenantFolder(tenantId)}/${file}`, line: 1, column: 1, pointer: `${above}${pointer}` })),
  });
  const { installation } = parts;
  return {
    rules: (parts.rules ?? []).map((one, n) => at(one, 'retention.yaml', `/rules/${n}`)),
    erasureRequests: (parts.erasureRequests ?? []).map((one, n) => at(one, 'retention.yaml', `/erasureRequests/${n}`)),
    transitions: (parts.transitions ?? []).map((one, n) => at(one, 'transitions.yaml', `/transitions/${n}`)),
    purposes: (parts.purposes ?? []).map((one, n) => at(one, 'purposes.yaml', `/purposes/${n}`)),
    activities: (parts.activities ?? []).map((one) => at(one, `activities/${one.id}.yaml`)),
    notices: (parts.notices ?? []).map((one) => at(one, `notices/${one.id}.yaml`)),
    letters: Object.entries(parts.letters ?? {}).flatMap(([id, texts]) =>
      Object.entries(texts).map(([language, letter]) =>
        at({ id, language, letter }, `letters/${id}.${language}.md`, '', letter),
      ),
    ),
    installation: installation && at(installation, 'installation.yaml'),
  };
}
