import { registerHooks } from 'node:module';

/** Packages of many modules that name each other by whole file names, and have no other kind of module by such a name. */
const PACKAGES = /\/node_modules\/(drizzle-orm|typebox)\//;

/** Where our own files lie, built or not. */
const OWN = new URL('../../../', import.meta.url).href;

const isOwn = (url: string) => url.startsWith(OWN) && !url.includes('/node_modules/');

/**
 * Lets a module import the one beside it without a look into the package's package.json. Node reads that anew for every
 * file, and drizzle's has 180 kB: more than a second of each start. To be called before anything big is imported.
 */
export function importNeighboursDirectly(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const { parentURL } = context;
      const isPlain = /^\..*\.m?js$/.test(specifier) && parentURL !== undefined;
      if (!isPlain || !(isOwn(parentURL) || PACKAGES.test(parentURL))) return next(specifier, context);
      return { url: new URL(specifier, parentURL).href, format: 'module', shortCircuit: true };
    },
  });
}
