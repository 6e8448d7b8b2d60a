import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { openDsrCallbackRoutes, openDsrRoutes } from '../../../src/rights/opendsr/routes.ts';

const vector = (name: string) => readFileSync(join(packageRoot, 'test/vectors/opendsr', name), 'utf8');

describe('The examples of OpenDSR 2.0 over HTTP (REQ-D01)', () => {
  const messages = vector('spec-http-examples.txt')
    .split(/^=====\n/m)
    .map((text) => ({ first: text.split('\n')[0] as string, body: text.slice(text.indexOf('\n\n')).trim() }));
  const requests = messages.map(({ first }) => first).filter((line) => !line.startsWith('HTTP/'));
  // No service is asked: the specifications alone.
  const specs = [...openDsrRoutes({} as never), ...openDsrCallbackRoutes({} as never, {} as never)].map(
    ({ spec }) => spec,
  );

  it('are calls that are offered below each portal, version and all', () => {
    assert.equal(requests.length, 5);
    const called = requests.map((line) => {
      const [method = '', path = ''] = line.split(' ');
      const ours = path.startsWith('/opendsr/') ? path.slice('/opendsr'.length) : path;
      return `${method.toLowerCase()} /opendsr/{tenant}/v1${ours.replace(/\/requests\/[0-9a-f-]{36}$/, '/requests/{subjectRequestId}')}`;
    });
    const offered = specs.map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(
      called.filter((call) => !offered.includes(call)),
      [],
    );
  });

  it('answer with the statuses that are declared', () => {
    const answers = messages.flatMap(({ first }, n) => {
      const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(first) ?? [];
      return status === undefined || n === 0 ? [] : [Number(status)];
    });
    const declared = specs.flatMap(({ status, others = {} }) => [status, ...Object.keys(others).map(Number)]);
    assert.deepEqual(
      answers.filter((status) => !declared.includes(status)),
      [],
    );
  });

  it('have the bodies that tests send and expect', () => {
    const bodies = Object.values(JSON.parse(vector('spec-bodies.json')) as Record<string, unknown>).map((body) =>
      JSON.stringify(body),
    );
    const parsed = messages.flatMap(({ body }) => {
      // The published request has commas too many: it is JSON without them.
      const text = body.replaceAll(/,(\s*[}\]])/g, '$1');
      return text.startsWith('{') ? [JSON.stringify(JSON.parse(text))] : [];
    });
    assert.ok(parsed.length >= 6);
    assert.deepEqual(
      parsed.filter((body) => !bodies.includes(body)),
      [],
    );
  });
});
