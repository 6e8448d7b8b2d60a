import { checkRuntime } from './foundations/process/runtime.ts';

/** The service. Everything else is loaded once it is known that this Node can run it. */
checkRuntime();
(await import('./foundations/process/import-neighbours.ts')).importNeighboursDirectly();
await import('./serve.ts');
