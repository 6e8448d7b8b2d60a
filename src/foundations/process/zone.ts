/**
 * Puts the process into UTC, whatever `TZ` or the machine say: before anything is loaded. Lethe names a zone wherever it
 * reads a calendar, but libraries read the process's: node-cron cuts off milliseconds by `setMilliseconds`, which goes by
 * local time, takes the second of two equal hours for the first, and fires nothing until it is over.
 */
export function runInUtc(): void {
  process.env['TZ'] = 'UTC';
}
