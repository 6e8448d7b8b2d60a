import { stripTypeScriptTypes } from 'node:module';
import { parse } from 'acorn';
import { ancestor } from 'acorn-walk';

/** A suite or a test as its file writes it; what a title is filled with at run time stands as `…`. */
export interface TestName {
  kind: 'suite' | 'test';
  /** From the outermost suite to its own title. */
  titles: string[];
  /** What of LAW's requirements it says it shows, by its own title. */
  requirements: string[];
}

interface Call {
  start: number;
  callee: { type: string; name?: string; object?: { type: string; name?: string }; property?: { name?: string } };
  arguments: TitleNode[];
}
interface TitleNode {
  type: string;
  value?: unknown;
  quasis?: { value: { cooked: string } }[];
  left?: TitleNode;
  right?: TitleNode;
}

const SUITES = ['describe', 'context', 'onBothEngines', 'onOneEngine'];
const TESTS = ['it', 'specify'];

/** `(REQ-B01, B04)` names REQ-B01 and REQ-B04. */
function requirementsIn(title: string): string[] {
  return [...title.matchAll(/\bREQ-((?:[A-H]\d\d|\d{3})(?:, (?:[A-H]\d\d|\d{3}))*)\b/g)].flatMap(([, list]) =>
    (list as string).split(', ').map((id) => `REQ-${id}`),
  );
}

/** The suites and tests that a source declares, in its order, without running it. Those set to be skipped are none. */
export function testNamesIn(source: string): TestName[] {
  const tree = parse(stripTypeScriptTypes(source), { ecmaVersion: 'latest', sourceType: 'module' });
  const names: (TestName & { start: number })[] = [];
  ancestor(tree, {
    CallExpression(node, _state, ancestors) {
      const kind = kindOf(node as unknown as Call);
      if (!kind) return;
      const around = ancestors
        .slice(0, -1)
        .filter((one) => one.type === 'CallExpression' && kindOf(one as unknown as Call) === 'suite')
        .map((one) => titleOf((one as unknown as Call).arguments[0]));
      const title = titleOf((node as unknown as Call).arguments[0]);
      names.push({ kind, titles: [...around, title], requirements: requirementsIn(title), start: node.start });
    },
  });
  return names.sort((a, b) => a.start - b.start).map(({ start: _, ...name }) => name);
}

function kindOf({ callee }: Call): TestName['kind'] | undefined {
  // `describe.only`, `it.only`: mocha forbids those of the suite that is checked in.
  if (callee.type !== 'Identifier') return undefined;
  if (SUITES.includes(callee.name as string)) return 'suite';
  return TESTS.includes(callee.name as string) ? 'test' : undefined;
}

function titleOf(node: TitleNode | undefined): string {
  if (!node) return '…';
  if (node.type === 'Literal') return String(node.value);
  if (node.type === 'TemplateLiteral') return (node.quasis ?? []).map(({ value }) => value.cooked).join('…');
  if (node.type === 'BinaryExpression') return titleOf(node.left) + titleOf(node.right);
  return '…';
}
