import { importNeighboursDirectly } from '../../src/foundations/process/import-neighbours.ts';

/** Before mocha loads anything: a process of tests starts as the service does. */
importNeighboursDirectly();

/**
 * A gate says whether a change broke something, so it tries the same examples every time. Who works on the code tries
 * others with every run; what they find becomes an example of its own.
 */
if (process.env['CI']) {
  const { configureGlobal } = await import('fast-check');
  configureGlobal({ seed: 20_261_130, includeErrorInReport: true });
}
