import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { type Node, parse } from 'acorn';
import { simple } from 'acorn-walk';

/** A regular expression of the source, or a pattern of a schema, and where it stands. */
export interface Pattern {
  source: string;
  flags: string;
  file: string;
  line: number;
}

interface Literal {
  value?: unknown;
  regex?: { pattern: string; flags: string };
}
interface Named {
  type: string;
  name?: string;
  value?: unknown;
}

/**
 * Every expression that the source writes out: literals, `pattern` of schemas, and texts given to `new RegExp`. Patterns
 * that stand in a constant are found by its name, in whatever file. What is put together at run time is in `made`.
 */
export function patternsIn(files: readonly string[]): {
  patterns: Pattern[];
  made: Omit<Pattern, 'source' | 'flags'>[];
} {
  const programs = files.map((file) => {
    const text = stripTypeScriptTypes(readFileSync(file, 'utf8'));
    return {
      file,
      tree: parse(text, { ecmaVersion: 'latest', sourceType: 'module', locations: true, allowHashBang: true }),
    };
  });
  const constants = new Map<string, Node>();
  for (const { tree } of programs)
    simple(tree, {
      VariableDeclarator({ id, init }) {
        if (id.type === 'Identifier' && init && /^[A-Z][A-Z\d_]*$/.test(id.name)) constants.set(id.name, init);
      },
    });
  function textOf(node: Node): string | undefined {
    const { type, value, name } = node as unknown as Named;
    if (type === 'Literal') return typeof value === 'string' ? value : undefined;
    const constant = type === 'Identifier' ? constants.get(name as string) : undefined;
    if (constant) return textOf(constant);
    if (type === 'BinaryExpression') {
      const { left, right } = node as unknown as { left: Node; right: Node };
      const [before, after] = [textOf(left), textOf(right)];
      return before === undefined || after === undefined ? undefined : before + after;
    }
    if (type !== 'TemplateLiteral') return undefined;
    const { quasis, expressions } = node as unknown as {
      quasis: { value: { cooked: string } }[];
      expressions: Node[];
    };
    const filled = expressions.map(textOf);
    if (filled.includes(undefined)) return undefined;
    return quasis.map(({ value }, n) => value.cooked + (filled[n] ?? '')).join('');
  }

  const patterns: Pattern[] = [];
  const made: Omit<Pattern, 'source' | 'flags'>[] = [];
  for (const { file, tree } of programs) {
    const take = (node: Node, of: Node, flags: string) => {
      const line = node.loc?.start.line ?? 0;
      const source = textOf(of);
      if (source === undefined) made.push({ file, line });
      else patterns.push({ source, flags, file, line });
    };
    simple(tree, {
      Literal(node) {
        const { regex } = node as Literal;
        if (regex) patterns.push({ source: regex.pattern, flags: regex.flags, file, line: node.loc?.start.line ?? 0 });
      },
      NewExpression(node) {
        const [first, second] = node.arguments;
        if (node.callee.type === 'Identifier' && node.callee.name === 'RegExp' && first)
          take(node, first, second ? (textOf(second) ?? '') : '');
      },
      Property(node) {
        if (node.key.type !== 'Identifier' || node.key.name !== 'pattern' || !node.value) return;
        // Not where a value is taken out of an object, nor a function's own.
        if (node.shorthand || /Pattern$|Function/.test(node.value.type)) return;
        // Ajv compiles patterns with `u`.
        take(node, node.value, 'u');
      },
    });
  }
  return { patterns, made };
}
