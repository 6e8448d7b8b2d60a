import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { OPERATIONS } from '../../../src/interfaces/client/operations.ts';
import { operationsText } from '../../../src/interfaces/client/operations-text.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onOneEngine } from '../../support/engines.ts';

onOneEngine('The operations of the typed client', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());

  it('are those of the route table, in the file that `npm run client` writes', () => {
    const written = readFileSync(join(packageRoot, 'src/interfaces/client/operations.ts'), 'utf8');
    const specs = app.routes.map(({ spec }) => spec);
    assert.equal(operationsText(specs) === written, true, 'operations.ts is not of today: npm run client');
    assert.equal(operationsText([...specs].reverse()), written);
  });

  it('leave the names free that the client itself has', () => {
    for (const own of ['answer', 'pages', 'items', 'then']) assert.equal(own in OPERATIONS, false, own);
  });
});
