import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import standalone from 'ajv/dist/standalone/index.js';
import { build, type Plugin } from 'esbuild';
import { BUILT_FONTS, FONT_LICENCE, FONTS, fontPackage } from './src/foundations/print/fonts.ts';
import { packageRoot } from './src/foundations/process/package-root.ts';
import { CLIENT_BUILD, CLIENT_TYPES } from './src/interfaces/client/build-options.ts';
import { ASSETS, assetPackage, BUILT_ASSETS } from './src/interfaces/http/docs/assets.ts';
import { compiled, compiler } from './src/register/policies/validators.ts';

/**
 * `npm run build`: the programs, each bundled with what it imports. A start reads a handful of files instead of 1 600,
 * which is half of what it costs. Types are checked by `npm run typecheck`.
 */
const PROGRAMS = [
  'src/main.ts',
  'src/cli.ts',
  'src/foundations/audit/verify/bundle-worker.ts',
  'bench/baseline-server.ts',
  'bench/demo.ts',
  'bench/package-memory.ts',
];

/** Packages that find files of theirs beside them, or are native: imported from node_modules as they are. */
const NOT_BUNDLED = ['better-sqlite3', 'pdfkit', 'pino'];

/** The checks of policy files, compiled here instead of at every start. */
const compiledBeforehand: Plugin = {
  name: 'compiled-beforehand',
  setup: ({ onLoad }) =>
    onLoad({ filter: /register\/policies\/validators\.ts$/ }, () => {
      const ajv = compiler(true);
      const kinds = Object.entries(compiled(ajv));
      const names = kinds.map(([kind], n) => [`check${n}`, kind] as const);
      for (const [n, [, validate]] of kinds.entries()) ajv.addSchema(validate.schema, `check${n}`);
      const code = standalone.default(ajv, Object.fromEntries(names.map(([name]) => [name, name])));
      const members = names.map(([name, kind]) => `${JSON.stringify(kind)}: ${name}`);
      return {
        contents: `${code}\nexport const validators = { ${members.join(', ')} };\n`,
        loader: 'js',
        resolveDir: packageRoot,
      };
    }),
};

const dist = join(packageRoot, 'dist');
const { metafile } = await build({
  absWorkingDir: packageRoot,
  entryPoints: PROGRAMS,
  outbase: '.',
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  external: NOT_BUNDLED,
  plugins: [compiledBeforehand],
  sourcemap: true,
  sourcesContent: false,
  // What CommonJS packages expect to find.
  banner: {
    js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);",
  },
  logLevel: 'warning',
  metafile: true,
});
await buildClient();
copy(assetPackage(), BUILT_ASSETS, ASSETS);
copy(join(fontPackage(), 'ttf'), BUILT_FONTS, Object.values(FONTS));
copy(fontPackage(), BUILT_FONTS, [FONT_LICENCE]);

// Not before: a service that runs from here may still load a part of it.
const written = new Set(Object.keys(metafile.outputs).map((path) => join(packageRoot, path)));
for (const file of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  const path = join(file.parentPath, file.name);
  const hasOwnBuild = path.startsWith(join(dist, 'assets')) || path.startsWith(join(dist, 'client'));
  if (file.isFile() && !hasOwnBuild && !written.has(path)) rmSync(path);
}

/** `lethe/client`: one module for Node and browsers, and its types. */
async function buildClient(): Promise<void> {
  const folder = join(dist, 'client');
  await build({ ...CLIENT_BUILD, absWorkingDir: packageRoot, outfile: join(folder, 'index.js') });
  const tsc = join(packageRoot, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, ...CLIENT_TYPES, '--outDir', folder, CLIENT_BUILD.entryPoints[0] as string], {
    cwd: packageRoot,
  });
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.d.ts'))) {
    const text = readFileSync(join(folder, name), 'utf8');
    writeFileSync(join(folder, name), text.replace(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'"));
  }
}

/** What `/docs` and printed pages need goes along, so that nothing is loaded from elsewhere. */
function copy(from: string, to: string, names: readonly string[]): void {
  mkdirSync(to, { recursive: true });
  for (const name of names) copyFileSync(join(from, name), join(to, name));
}
