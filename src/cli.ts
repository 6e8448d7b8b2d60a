#!/usr/bin/env node
import { makeFilesPrivate } from './foundations/process/own-files.ts';
import { checkRuntime } from './foundations/process/runtime.ts';
import { runInUtc } from './foundations/process/zone.ts';

/** The command line. Everything else is loaded once it is known that this Node can run it. */
makeFilesPrivate();
checkRuntime();
runInUtc();
(await import('./foundations/process/import-neighbours.ts')).importNeighboursDirectly();
const { run } = await import('./interfaces/cli/program.ts');
await run(process.argv);
