import { type Config, ConfigError, readConfig } from '../../app/config.ts';
import { CommandFailure, EXIT } from './outcome.ts';

/** The configuration of this environment, or every fault of it at once. */
export function configuration(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (error instanceof ConfigError)
      throw new CommandFailure(
        EXIT.configuration,
        [error.message, ...error.faults.map((fault) => `  ${fault}`)].join('\n'),
      );
    throw error;
  }
}
