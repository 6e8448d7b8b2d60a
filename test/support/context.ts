import type { Context, Role } from '../../src/foundations/contract/context.ts';

/** A context for service calls without HTTP; the clock stands still until it is moved. */
export interface TestContext extends Context {
  now: Date;
}

export function testContext(
  options: { at?: string; tenantId?: string; timeZone?: string; role?: Role } = {},
): TestContext {
  const id = options.tenantId ?? 'north';
  const context: TestContext = {
    now: new Date(options.at ?? '2026-03-01T12:00:00Z'),
    tenant: {
      id,
      name: id,
      timeZone: options.timeZone ?? 'Europe/Berlin',
      jurisdiction: 'DE',
      language: 'en',
      region: null,
    },
    principal: { id: 'test-token', role: options.role ?? 'platform' },
    clock: () => new Date(context.now),
    requestId: 'test-request',
  };
  return context;
}
