/** A value as it goes over the wire, where a member that is undefined is no member. */
export function asSent(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
