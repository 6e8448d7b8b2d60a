/** Stands instead of free text that an officer has marked as telling of a special category of data (GDPR Art. 9). */
export const MASKED = '(masked: may tell of a special category of data, GDPR Art. 9)';

/** A value with every text in it masked; what it is made of stays. */
export function masked(value: unknown): unknown {
  if (typeof value === 'string') return MASKED;
  if (Array.isArray(value)) return value.map(masked);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, masked(inner)]));
}
