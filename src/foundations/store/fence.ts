import type { Tables } from './schema.ts';

export type KeyGeneration = Tables['keyGenerations']['$inferSelect'];
export type KeyPlace = Pick<KeyGeneration, 'tenantId' | 'bucket'>;

/** What a write rests on; see key-generations.ts. */
export interface Fence {
  readonly places: readonly KeyPlace[];
  /** Given what stands in the database now (rows may be missing): whether the write may go on. Synchronous. */
  holds(found: readonly KeyGeneration[]): boolean;
}
