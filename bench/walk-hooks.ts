import { readFileSync } from 'node:fs';
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Function as FunctionNode, type Node, parse } from 'acorn';
import { ancestor } from 'acorn-walk';

/**
 * Loaded before the service (`node --import`): every function of its files tells when it is entered and left, so
 * that calls from one file's function into another's can be counted. V8's own coverage knows how often a function ran,
 * not from where it was called.
 *
 * What runs from the arrival of a request with the header `Lethe-Walk` to the end of its answer is counted; what the
 * service does beside it by chance is, too, so a walk is repeated and the shortest taken. `Lethe-Walk: read` is answered
 * with the counts of the walk before.
 */
const ROOT = process.env['WALK_ROOT'] ?? process.cwd();

interface Walk {
  /** Calls of a function, by file. */
  files: Map<string, number>;
  /** Calls from one file's function into another's: `from > to`. */
  handOvers: Map<string, number>;
}

/** The walk under way, and the one before it. */
let walk: Walk | undefined;
let last: Walk | undefined;
/** The file whose function runs now; undefined after the event loop has come in between. */
let current: string | undefined;

/** One call of a function: who called it, and whether it has waited for something since. */
interface Call {
  from: string | undefined;
  waited: boolean;
}

function enter(file: string): Call {
  if (walk) {
    walk.files.set(file, (walk.files.get(file) ?? 0) + 1);
    if (current !== undefined && current !== file) {
      const way = `${current} > ${file}`;
      walk.handOvers.set(way, (walk.handOvers.get(way) ?? 0) + 1);
    }
  }
  const call = { from: current, waited: false };
  current = file;
  return call;
}

function leave(call: Call): void {
  current = call.waited ? undefined : call.from;
}

/** Before an `await`: whoever called goes on meanwhile. */
function pause<T>(call: Call, awaited: T): T {
  leave(call);
  call.waited = true;
  return awaited;
}

/** After an `await`. */
function proceed<T>(file: string, value: T): T {
  current = file;
  return value;
}

Object.assign(globalThis, { letheWalk: { enter, leave, pause, proceed } });

/** The source of a file, with every function telling of itself. */
function instrumented(source: string, file: string): string {
  const name = JSON.stringify(file);
  const insertions: { at: number; text: string; order: number }[] = [];
  const insert = (at: number, text: string, order: number) => insertions.push({ at, text, order });
  const tree = parse(source, { ecmaVersion: 'latest', sourceType: 'module' });
  const isFunction = ({ type }: Node) =>
    /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(type);
  const aFunction = (node: FunctionNode) => {
    const { body } = node;
    const enters = `const letheCall=letheWalk.enter(${name});`;
    // A generator's body runs when it is asked, piece by piece: that it was asked is counted.
    if (node.generator) insert(body.start + 1, `${enters}letheCall.waited=true;`, body.start);
    else if (body.type === 'BlockStatement') {
      insert(body.start + 1, `${enters}try{`, body.start);
      insert(body.end - 1, '}finally{letheWalk.leave(letheCall)}', -body.start);
    } else {
      const arrow = source.lastIndexOf('=>', body.start) + 2;
      insert(arrow, `{${enters}try{return (`, arrow);
      insert(node.end, ')}finally{letheWalk.leave(letheCall)}}', -arrow);
    }
  };
  ancestor(tree, {
    FunctionDeclaration: (node) => aFunction(node),
    FunctionExpression: (node) => aFunction(node),
    ArrowFunctionExpression: (node) => aFunction(node),
    AwaitExpression: (node, _state, ancestors) => {
      if (!ancestors.slice(0, -1).some(isFunction)) return;
      insert(node.start, `letheWalk.proceed(${name},`, node.start);
      insert(node.argument.start, 'letheWalk.pause(letheCall,', node.argument.start + 0.5);
      insert(node.argument.end, ')', -node.argument.start);
      insert(node.end, ')', -node.start);
    },
  });
  // Where several begin or end at one place, what encloses begins first and ends last.
  insertions.sort((a, b) => a.at - b.at || a.order - b.order);
  let text = '';
  let from = 0;
  for (const { at, text: inserted } of insertions) {
    text += source.slice(from, at) + inserted;
    from = at;
  }
  return text + source.slice(from);
}

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.startsWith('file:') || url.includes('/node_modules/')) return loaded;
    const file = relative(ROOT, fileURLToPath(url));
    if (!/^src[/\\].*\.ts$/.test(file)) return loaded;
    const source = stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'));
    return { ...loaded, format: 'module', source: instrumented(source, file) };
  },
});

const { emit } = Server.prototype;
Server.prototype.emit = function (this: Server, event: string, ...rest: unknown[]) {
  const [request, response] = rest as [IncomingMessage | undefined, ServerResponse | undefined];
  const wanted = event === 'request' ? request?.headers['lethe-walk'] : undefined;
  current = undefined;
  if (wanted === undefined) return emit.apply(this, [event, ...rest] as Parameters<typeof emit>);
  if (wanted === 'read') {
    const { files = [], handOvers = [] } = last ?? {};
    response?.setHeader('Content-Type', 'application/json');
    response?.end(JSON.stringify({ files: Object.fromEntries(files), handOvers: Object.fromEntries(handOvers) }));
    return true;
  }
  const begun: Walk = { files: new Map(), handOvers: new Map() };
  walk = begun;
  response?.once('finish', () => {
    walk = undefined;
    last = begun;
  });
  return emit.apply(this, [event, ...rest] as Parameters<typeof emit>);
} as typeof emit;
