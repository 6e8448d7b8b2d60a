import { takeMisfits } from './check-answers.ts';
import { stopPostgres } from './postgres.ts';

/** Mocha's global fixtures: the PostgreSQL server lives as long as the test process. */
export const mochaGlobalTeardown = stopPostgres;

/** An answer that is not as the OpenAPI document has it fails the test it was given in. */
export const mochaHooks = {
  afterEach(): void {
    const misfits = takeMisfits();
    if (misfits.length > 0) throw new Error(`Not as declared:\n${[...new Set(misfits)].join('\n')}`);
  },
};
