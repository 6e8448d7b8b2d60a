import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sendable } from '../../../src/foundations/outbox/model.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Letter {
  subject: string;
  text: string;
}
export interface Mail {
  to: string;
  message: Sendable;
}

const GOLDEN = join(packageRoot, 'test', 'journeys', 'letters', 'golden');
const TEMPLATES = join(packageRoot, 'policies', 'letters');
/** Set: the letters as they are made now become those that are expected. */
const REGENERATE = Boolean(process.env['LETHE_GOLDEN']);

/** What differs between two runs that say the same: ids, codes and secrets; references by their order. */
function normal(text: string): string {
  const references = new Map<string, string>();
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID')
    .replaceAll(/(\/packages\/\w+\/ID\/)[\w-]+/g, '$1SECRET')
    .replaceAll(/\b\d{4} \d{4}\b/g, '1234 5678')
    .replaceAll(/\b20\d\d-\d{6}\b/g, (found) => {
      const known = references.get(found) ?? `2026-${String(references.size + 1).padStart(6, '0')}`;
      references.set(found, known);
      return known;
    });
}

/** Lines of a template that say something of their own, with what is put in left open. */
function linesOf(id: string, language: string): RegExp[] {
  const [head = '', , ...lines] = readFileSync(join(TEMPLATES, `${id}.${language}.md`), 'utf8').split('\n');
  const open = (line: string) =>
    new RegExp(
      line
        .replaceAll(/ \(\{\{Art\. [^{}]*\}\}\)/g, '{{}}')
        .split(/\{\{[^{}]*\}\}/)
        .map((part) => part.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('[^]*?'),
    );
  return [head.slice('Subject: '.length), ...lines]
    .filter((line) => line.replaceAll(/\{\{[^{}]*\}\}/g, '').length > 25)
    .map(open);
}

/** The letters of one run: each is held against its template and against what is expected, and all of them were made. */
export function goldenLetters() {
  const made = new Set<string>();
  const files = new Set<string>();
  return {
    /** `<letter>.<case>.<language>.txt` is this letter, word for word. */
    expect(id: string, what: string, language: Language, { subject, text }: Letter): void {
      const whole = `${subject}\n\n${text}`;
      assert.doesNotMatch(whole, /\{\{|\}\}|undefined|null|NaN|\[object|\n\n\n(?!__)/, whole);
      for (const line of linesOf(id, language)) assert.match(whole, line, `${id}: ${line.source}\n\n${whole}`);
      const name = `${id}.${what}.${language}.txt`;
      assert.ok(!files.has(name), `${name} is made twice`);
      files.add(name);
      made.add(`${id}.${language}`);
      const file = join(GOLDEN, name);
      if (REGENERATE) {
        mkdirSync(GOLDEN, { recursive: true });
        writeFileSync(file, normal(whole));
      } else assert.equal(normal(whole), existsSync(file) ? readFileSync(file, 'utf8') : `(there is no ${name})`);
    },

    /** After all cases: no template that nothing reaches, no letter that nothing makes any more. */
    complete(prefixes: readonly string[]): void {
      const wanted = readdirSync(TEMPLATES)
        .filter((name) => prefixes.some((prefix) => name.startsWith(prefix)))
        .map((name) => name.slice(0, -'.md'.length));
      assert.deepEqual(
        wanted.filter((one) => !made.has(one)),
        [],
        'templates that no act has made a letter of',
      );
      const stale = readdirSync(GOLDEN).filter((name) => !files.has(name));
      if (REGENERATE) for (const name of stale) rmSync(join(GOLDEN, name));
      else assert.deepEqual(stale, [], 'golden letters that nothing makes');
    },
  };
}
