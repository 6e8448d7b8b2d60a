import { checkRuntime } from './foundations/process/runtime.ts';

/** The service. Everything else is loaded once it is known that this Node can run it. */
checkRuntime();
await import('./serve.ts');
