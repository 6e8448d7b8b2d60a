import { Problem } from '../../foundations/contract/problem.ts';
import { checkOverlay } from '../policies/check-overlay.ts';
import { readOverlay } from '../policies/load-overlays.ts';
import { tenantFolder } from '../policies/locate-overlay.ts';
import type { Mistake, PolicySet } from '../policies/model.ts';
import { inOrder } from '../policies/policy-content.ts';
import { type Overlay, TENANT_FILES } from '../policies/tenant-overlay.ts';
import { openTexts } from '../policies/text-files.ts';
import type { ProposedFiles } from './model.ts';

const READ: string[] = Object.values(TENANT_FILES).map(({ file }) => file);
const FOLDERS = ['notices/', 'letters/'];

/**
 * An institution's own word as it was sent, read and checked as its folder would be.
 * @throws Problem `unprocessable-request` with every mistake: file, line, what is wrong, what would be right.
 */
export function readProposed(
  base: PolicySet,
  tenantId: string,
  files: ProposedFiles,
  privateTargets: boolean,
): Overlay {
  const mistakes: Mistake[] = strangersIn(files);
  const root = tenantFolder(tenantId);
  const folder = openTexts(files, root, (file, message, remedy) =>
    mistakes.push({ file, line: 1, column: 1, pointer: '', message, remedy }),
  );
  const { overlay, places, gaps } = readOverlay(tenantId, folder, (found) => void mistakes.push(...found));
  mistakes.push(...checkOverlay(base, overlay, { places, gaps, privateTargets }));
  if (mistakes.length > 0) throw asProblem(mistakes, root);
  return overlay;
}

/** Files nobody reads: most likely a slip. */
function strangersIn(files: ProposedFiles): Mistake[] {
  const isRead = (path: string) =>
    READ.includes(path) ||
    READ.includes(path.replace(/^([^/]+)\/[^/]+\.yaml$/, '$1/*.yaml')) ||
    (path.endsWith('.md') && FOLDERS.some((folder) => path.startsWith(folder)));
  return Object.keys(files)
    .filter((path) => !isRead(path))
    .map((file) => ({
      file,
      line: 1,
      column: 1,
      pointer: '',
      message: 'No policy is read from a file of this name.',
      remedy: `Of an institution are read: ${READ.join(', ')}, and the texts of notices and letters.`,
    }));
}

function asProblem(mistakes: Mistake[], root: string): Problem {
  const pathOf = (file: string) => (file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file);
  const sorted = mistakes.toSorted((a, b) => inOrder(a.file, b.file) || a.line - b.line || a.column - b.column);
  return new Problem(
    'unprocessable-request',
    `The policies have ${mistakes.length} mistake${mistakes.length === 1 ? '' : 's'}; nothing was proposed.`,
    {
      errors: sorted.map(({ file, line, column, message, remedy }) => ({
        pointer: `${pathOf(file)}:${line}:${column}`,
        detail: `${message} ${remedy}`,
      })),
    },
  );
}
