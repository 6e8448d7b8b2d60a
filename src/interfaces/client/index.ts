export * from './client.ts';
export * from './errors.ts';
export type * from './operations.ts';
export { OPERATIONS } from './operations.ts';
