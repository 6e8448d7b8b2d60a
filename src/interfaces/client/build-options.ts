import type { BuildOptions } from 'esbuild';

/** How the client becomes one module for Node and browsers: whatever is of neither is an error. */
export const CLIENT_BUILD = {
  entryPoints: ['src/interfaces/client/index.ts'],
  bundle: true,
  platform: 'neutral',
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
} satisfies BuildOptions;

/** Of the compiler, for its types: with those of browsers, and none of Node. */
export const CLIENT_TYPES = [
  '--ignoreConfig',
  ...['--declaration', '--emitDeclarationOnly', '--strict', '--skipLibCheck', '--allowImportingTsExtensions'],
  ...['--module', 'nodenext', '--target', 'es2023', '--lib', 'es2023,dom,dom.iterable,dom.asynciterable'],
];
