/** A file of a departure is not whole, not signed by who is trusted, or not of this format. Names nobody. */
export class DepartureError extends Error {
  override readonly name = 'DepartureError';
}
