import { stopPostgres } from './postgres.ts';

/** Mocha's global fixtures: the PostgreSQL server lives as long as the test process. */
export const mochaGlobalTeardown = stopPostgres;
