import { isUtf8 } from 'node:buffer';
import { Problem } from './problem.ts';

/** Nesting of objects and arrays at most. */
const JSON_DEPTH = 32;

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** `1e309`: JSON has no word for what JavaScript makes of it. */
const SHORTEST_INFINITE = 5;
const NUMBER = /[-+\d.eE]+/y;

/** An object or array the scanner is in: where it stands in it. */
interface Frame {
  keys: Set<string> | undefined;
  at: string | number;
  expectsKey: boolean;
}

function refuse(frames: Frame[], detail: string): Problem {
  const pointer = frames.map(({ at }) => `/${typeof at === 'number' ? at : pointerSegment(at)}`).join('');
  return new Problem('malformed-request', 'The JSON is of a kind that is not accepted.', {
    errors: [{ pointer, detail }],
  });
}

/** A key as it may be shown in a pointer: anything that does not look like a field's name could be personal data. */
export function pointerSegment(key: string): string {
  return /^[A-Za-z_][\w-]{0,63}$/.test(key) ? key : '*';
}

/**
 * One pass over text that `JSON.parse` has accepted, for what it lets through: keys given twice, keys that reach for
 * prototypes, excessive depth, numbers beyond all bounds, and strings a database cannot keep (NUL, lone surrogates).
 */
function scan(text: string): void {
  const frames: Frame[] = [];
  const escapes = text.includes('\\');
  let frame: Frame | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      let end = text.indexOf('"', at + 1);
      let plain = true;
      if (escapes) {
        const from = at + 1;
        for (end = from; text.charCodeAt(end) !== QUOTE; end += 1)
          if (text.charCodeAt(end) === BACKSLASH) {
            end += 1;
            plain = false;
          }
      }
      if (frame?.expectsKey) {
        const key = plain ? text.slice(at + 1, end) : (JSON.parse(text.slice(at, end + 1)) as string);
        frame.at = key;
        frame.expectsKey = false;
        if (FORBIDDEN_KEYS.has(key)) throw refuse(frames, 'This name is not accepted.');
        if (frame.keys?.has(key)) throw refuse(frames, 'This name stands here twice; give it once.');
        frame.keys?.add(key);
        if (!plain) checkString(key, frames);
      } else if (!plain) checkString(JSON.parse(text.slice(at, end + 1)) as string, frames);
      at = end;
    } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      if (frames.length === JSON_DEPTH) throw refuse(frames, `Nest no deeper than ${JSON_DEPTH} levels.`);
      const isObject = code === OPEN_OBJECT;
      frame = { keys: isObject ? new Set() : undefined, at: isObject ? '' : 0, expectsKey: isObject };
      frames.push(frame);
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      frames.pop();
      frame = frames.at(-1);
    } else if (code === MINUS || (code >= ZERO && code <= NINE)) {
      NUMBER.lastIndex = at;
      const [number] = NUMBER.exec(text) as RegExpExecArray;
      if (number.length >= SHORTEST_INFINITE && !Number.isFinite(Number(number)))
        throw refuse(frames, 'This number is too large.');
      at += number.length - 1;
    } else if (code === COMMA && frame) {
      if (frame.keys) frame.expectsKey = true;
      else frame.at = (frame.at as number) + 1;
    }
  }
}

function checkString(value: string, frames: Frame[]): void {
  if (value.includes('\0')) throw refuse(frames, 'Leave out the NUL character.');
  if (!value.isWellFormed()) throw refuse(frames, 'Leave out the lone surrogate; send whole Unicode characters.');
}

/**
 * Reads JSON from a caller.
 * @throws Problem `malformed-request`, naming the offending field where there is one, never showing input.
 */
export function readJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The engine's message quotes the input.
    throw new Problem('malformed-request', 'This is not JSON; it may have been cut off.');
  }
  scan(text);
  return value;
}

/** Text of bytes from a caller. @throws Problem `malformed-request` when they are not UTF-8. */
export function readUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new Problem('malformed-request', 'The bytes are not UTF-8.');
  return bytes.toString('utf8');
}
