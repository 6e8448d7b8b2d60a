import { join } from 'node:path';
import { Router } from 'express';
import { PROBLEM_TYPES, Problem, type ProblemType } from '../../../foundations/contract/problem.ts';
import { type Exchange, exchangeOf, send } from '../exchange.ts';
import { PAGE_HEADERS } from '../headers.ts';
import { ASSETS, assetsFolder } from './assets.ts';
import { PROBLEM_REMEDIES } from './remedies.ts';

const html = (text: string) =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] as string);

function page(title: string, body: string, head = ''): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${head}</head>
<body>
${body}
</body>
</html>
`;
}

const DOCS = page(
  'Lethe API',
  '<div id="docs"></div>\n<script src="/docs/swagger-ui-bundle.js"></script>\n<script src="/docs/start.js"></script>',
  '<link rel="stylesheet" href="/docs/swagger-ui.css">\n',
);

const START = `window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
});
`;

function problemPage(type: ProblemType): string {
  const { status, title } = PROBLEM_TYPES[type];
  return page(
    html(title),
    `<main>
<h1>${html(title)}</h1>
<p><code>/problems/${type}</code>, HTTP status ${status}</p>
<p>${html(PROBLEM_REMEDIES[type])}</p>
<p><a href="/problems">All problems</a>, <a href="/docs">the API</a></p>
</main>`,
  );
}

const PROBLEMS = page(
  'Problems',
  `<main>
<h1>Problems</h1>
<ul>
${Object.entries(PROBLEM_TYPES)
  .map(([type, { status, title }]) => `<li>${status} <a href="/problems/${type}">${html(title)}</a></li>`)
  .join('\n')}
</ul>
</main>`,
);

/** Public pages about a portal, from the description of the API: where they are, and what they say. */
function publicPages(openApi: Record<string, unknown>): string[] {
  const paths = openApi['paths'] as Record<string, { get?: Record<string, unknown> }>;
  return Object.entries(paths).flatMap(([path, { get }]) => {
    const { 200: answer } = (get?.['responses'] ?? {}) as Record<number, { content?: object }>;
    const isPage = Object.keys(answer?.content ?? {}).some((type) => type.startsWith('text/html'));
    return get?.['x-permission'] === 'public' && isPage
      ? [`<li><code>${html(path)}</code>: ${html(String(get['summary']))}</li>`]
      : [];
  });
}

/** Where a browser begins. */
function startPage(openApi: Record<string, unknown>): string {
  const pages = publicPages(openApi);
  return page(
    'Lethe',
    `<main>
<h1>Lethe</h1>
<p>GDPR compliance and audit beside a repository platform. Here is:</p>
<ul>
<li><a href="/docs">the API</a>, to read and to try (<a href="/openapi.json">as OpenAPI</a>)</li>
<li><a href="/problems">what can go wrong</a>, and what to do then</li>
<li><a href="/readyz">whether this instance can work</a>; why, to a token</li>
</ul>
${pages.length > 0 ? `<p>Pages for everybody:</p>\n<ul>\n${pages.join('\n')}\n</ul>\n` : ''}</main>`,
  );
}

function sendPage(exchange: Exchange, text: string): void {
  send(exchange, 200, { ...PAGE_HEADERS, 'Content-Type': 'text/html; charset=utf-8' }, text);
}

/** What people read: the description of the API, made when it is first asked for, and what each problem means. */
export function docsRouter(openApi: () => Record<string, unknown>): Router {
  const router = Router({ caseSensitive: true, strict: true });
  let description: string | undefined;

  const at = (path: string, answer: (exchange: Exchange, name: string) => void) =>
    router.get(path, (request, response) => {
      const exchange = exchangeOf(response);
      exchange.route = path.replace(/:(\w+)/, '{$1}');
      answer(exchange, String(request.params['type'] ?? ''));
    });

  at('/openapi.json', (exchange) => {
    description ??= JSON.stringify(openApi());
    send(
      exchange,
      200,
      { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-cache' },
      description,
    );
  });
  let start: string | undefined;
  at('/', (exchange) => {
    start ??= startPage(openApi());
    sendPage(exchange, start);
  });
  at('/docs', (exchange) => sendPage(exchange, DOCS));
  at('/docs/start.js', (exchange) =>
    send(exchange, 200, { ...PAGE_HEADERS, 'Content-Type': 'text/javascript; charset=utf-8' }, START),
  );
  at('/problems', (exchange) => sendPage(exchange, PROBLEMS));
  at('/problems/:type', (exchange, type) => {
    if (!Object.hasOwn(PROBLEM_TYPES, type)) throw new Problem('not-found', 'No problem is called this.');
    sendPage(exchange, problemPage(type as ProblemType));
  });

  for (const name of ASSETS)
    router.get(`/docs/${name}`, (_request, response, next) => {
      exchangeOf(response).route = `/docs/${name}`;
      response.set({ ...PAGE_HEADERS, 'Cache-Control': 'public, max-age=3600' });
      response.sendFile(join(assetsFolder(), name), { cacheControl: false }, (error) => error && next(error));
    });
  return router;
}
