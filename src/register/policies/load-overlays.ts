import { join } from 'node:path';
import { TENANT_ID_PATTERN } from '../../foundations/contract/schemas.ts';
import { checkOverlay } from './check-overlay.ts';
import { isFolder, type PolicyFolder } from './folder.ts';
import { Gaps } from './gaps.ts';
import { ownLetters } from './letters.ts';
import { type Places, tenantFolder } from './locate-overlay.ts';
import type { Activity, ErasureRequestRule, Mistake, PolicySet, Purpose, RetentionRule, Transition } from './model.ts';
import type { Located, PolicyParts } from './policy-parts.ts';
import { readEntries } from './read-files.ts';
import { type Overlay, type OverlayInstallation, overlayOf, saysNothing, TENANT_FILES } from './tenant-overlay.ts';

const TENANTS = 'tenants';
const TENANT_ID = new RegExp(TENANT_ID_PATTERN);
/** An institution's folder holds only what it decides for itself. */
const KINDS = Object.fromEntries(
  Object.entries(TENANT_FILES).map(([kind, { file }]) => [kind, { file, optional: true }]),
);

export interface ReadOverlay {
  overlay: Overlay;
  places: Places;
  gaps: Gaps;
}

/** Reads every institution's own folder (`tenants/<tenant id>/`); what is wrong in the files is reported. */
export function readOverlays(
  folder: string,
  files: PolicyFolder,
  report: (mistakes: Mistake[]) => void,
): ReadOverlay[] {
  const folders = files.entries(TENANTS).filter((name) => isFolder(join(folder, TENANTS, name)));
  return folders.flatMap((tenantId) => {
    if (TENANT_ID.test(tenantId)) return [readOverlay(tenantId, files, report)];
    report([
      {
        file: tenantFolder(tenantId),
        line: 1,
        column: 1,
        pointer: '',
        message: 'No tenant can have this id.',
        remedy: 'Name the folder as the tenant: lower-case letters, digits and hyphens, two at least.',
      },
    ]);
    return [];
  });
}

/** Reads one institution's own word, wherever its files come from. */
export function readOverlay(tenantId: string, files: PolicyFolder, report: (mistakes: Mistake[]) => void): ReadOverlay {
  const under = `${tenantFolder(tenantId)}/`;
  const gaps = new Gaps();
  const places: Places = new WeakMap();
  const entries = readEntries({ files, under, kinds: KINDS, gaps, report });
  const values = <T extends object>(located: Located<T>[]): T[] =>
    located.map(({ value, place }) => {
      places.set(value, place);
      return value;
    });
  const letters = ownLetters(files, `${under}letters`, (mistake) => report([mistake]));
  const overlay = overlayOf(tenantId, {
    rules: values(entries.all<RetentionRule>('retention', 'rules')),
    erasureRequests: values(entries.all<ErasureRequestRule>('retention', 'erasureRequests')),
    transitions: values(entries.all<Transition>('transitions', 'transitions')),
    purposes: values(entries.all<Purpose>('purposes', 'purposes')),
    activities: values(entries.all<Activity>('activity')),
    notices: values(entries.notices()),
    letters,
    installation: values(entries.all<OverlayInstallation>('tenant-installation'))[0],
  });
  return { overlay, places, gaps };
}

/** Holds what was read against the installation's valid set; answers the words of those that say anything. */
export function checkedOverlays(
  base: PolicySet,
  parts: PolicyParts,
  read: ReadOverlay[],
  privateTargets: boolean,
): { overlays: Overlay[]; mistakes: Mistake[] } {
  const telling = read.filter(({ overlay }) => !saysNothing(overlay));
  return {
    overlays: telling.map(({ overlay }) => overlay),
    mistakes: telling.flatMap(({ overlay, places, gaps }) =>
      checkOverlay(base, overlay, { parts, places, gaps, privateTargets }),
    ),
  };
}
