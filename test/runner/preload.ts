import { importNeighboursDirectly } from '../../src/foundations/process/import-neighbours.ts';

/** Before mocha loads anything: a process of tests starts as the service does. */
importNeighboursDirectly();
