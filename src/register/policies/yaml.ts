import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { Mistake } from './model.ts';

/** The largest policy file, in bytes. */
export const MAX_BYTES = 1_048_576;
const MAX_DEPTH = 20;
/** Mistakes told of one file; after these the rest is noise. */
export const MISTAKES_PER_FILE = 50;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** A parsed policy file that can tell where each value stands. */
export interface YamlFile {
  value: unknown;
  /** Line and column (from 1) of the value at a JSON pointer, or of the nearest one above it. */
  place(pointer: string): { line: number; column: number };
}

/**
 * Reads one YAML 1.2 file the strict way: a policy says what it means, so anchors, aliases, tags and merge keys are
 * refused (which also ends YAML bombs), like duplicate keys and keys that would reach an object's prototype.
 */
export function readYaml(file: string, bytes: Buffer): { parsed?: YamlFile; mistakes: Mistake[] } {
  const mistakes: Mistake[] = [];
  let twice = 0;
  const lines = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const mistake = (offset: number, pointer: string, message: string, remedy: string) => {
    if (mistakes.length < MISTAKES_PER_FILE) mistakes.push({ file, ...at(offset), pointer, message, remedy });
  };

  if (bytes.length > MAX_BYTES) {
    mistake(0, '', `The file is larger than ${MAX_BYTES} bytes.`, 'Split it, or take out what does not belong here.');
    return { mistakes };
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    mistake(0, '', 'The file is not UTF-8.', 'Save it as UTF-8.');
    return { mistakes };
  }
  const checkKey = (key: unknown) => {
    const offset = isNode(key) ? (key.range?.[0] ?? 0) : 0;
    if (!isScalar(key) || typeof key.value !== 'string')
      mistake(offset, '', 'A key must be a plain word.', 'Quote it if it is meant as text.');
    else if (FORBIDDEN_KEYS.has(key.value) || key.value === '<<')
      mistake(offset, '', 'This key is not allowed.', 'Take it away.');
  };
  const checkDuplicates = (keys: unknown[]) => {
    const seen = new Set<unknown>();
    for (const key of keys.filter(isScalar)) {
      if (seen.has(key.value)) {
        mistake(key.range?.[0] ?? 0, '', 'The same key stands twice.', 'Keep one of them.');
        twice += 1;
      }
      seen.add(key.value);
    }
  };
  const document = parseDocument(text, {
    lineCounter: lines,
    version: '1.2',
    schema: 'core',
    strict: true,
    // The parser compares every key with every other, which takes minutes for a long file: told below instead.
    uniqueKeys: false,
    merge: false,
    prettyErrors: false,
    // Not 'silent': that drops a second document without a word.
    logLevel: 'error',
  });
  for (const error of [...document.errors, ...document.warnings])
    mistake(error.pos[0], '', yamlMessage(error.code), 'Correct the YAML at this place.');
  if (document.directives.yaml.explicit && document.directives.yaml.version !== '1.2')
    mistake(0, '', 'Policies are YAML 1.2.', 'Take the %YAML line away.');
  if (text.includes('\0')) mistake(text.indexOf('\0'), '', 'The text holds a NUL or half a character.', 'Remove it.');

  // One function for every kind of node: a visitor for scalars beside one for nodes would take its place.
  visit(document, (_, node, path) => {
    if (isPair(node)) {
      checkKey(node.key);
      return undefined;
    }
    if (!isNode(node)) return undefined;
    const offset = node.range?.[0] ?? 0;
    if (isAlias(node) || node.anchor)
      mistake(offset, '', 'Anchors and aliases are not allowed in policies.', 'Write the value out where it is used.');
    if (node.tag) mistake(offset, '', 'Tags are not allowed in policies.', 'Take the tag away.');
    if (path.length > MAX_DEPTH * 2) {
      mistake(
        offset,
        '',
        `The file nests deeper than ${MAX_DEPTH} levels.`,
        'Policies are flat; see the shipped ones.',
      );
      return visit.BREAK;
    }
    if (isMap(node)) checkDuplicates(node.items.map(({ key }) => key));
    if (isScalar(node) && typeof node.value === 'string' && (node.value.includes('\0') || !node.value.isWellFormed()))
      mistake(offset, '', 'The text holds a NUL or half a character.', 'Remove it.');
    return undefined;
  });
  // A key that stands twice leaves the rest of the file readable.
  if (mistakes.length > Math.min(twice, MISTAKES_PER_FILE)) return { mistakes };

  const nodeAt = (pointer: string): Node | null => {
    let node: unknown = document.contents;
    let last = node as Node | null;
    for (const raw of pointer.split('/').slice(1)) {
      const part = raw.replaceAll('~1', '/').replaceAll('~0', '~');
      if (isMap(node)) {
        const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === part);
        node = pair?.value;
        if (isNode(pair?.key)) last = pair.key;
      } else if (isSeq(node)) {
        node = node.items[Number(part)];
      } else break;
      if (isNode(node)) last = node;
    }
    return last;
  };
  return {
    parsed: { value: document.toJS({ maxAliasCount: 0 }), place: (pointer) => at(nodeAt(pointer)?.range?.[0] ?? 0) },
    mistakes,
  };
}

/** The parser's messages may quote the file; ours do not need to. */
function yamlMessage(code: string): string {
  if (code === 'TAB_AS_INDENT') return 'A tab is used for indentation.';
  return `This is not valid YAML (${code.toLowerCase().replaceAll('_', ' ')}).`;
}
