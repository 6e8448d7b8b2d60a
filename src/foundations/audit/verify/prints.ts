/**
 * What was seen, leaves or ids of entries, in sixteen bytes each: two 32-bit numbers. Two of the same print that are not
 * the same are as good as impossible (one in a million for ten million); whoever finds one looks at the things themselves.
 */

/** The print of an id: two hashes. */
export function printOf(id: string, into: Uint32Array, at: number): void {
  let one = 0x811c9dc5;
  let other = 0x9747b28c;
  for (let n = 0; n < id.length; n += 1) {
    const unit = id.charCodeAt(n);
    one = Math.imul(one ^ unit, 0x01000193);
    other = Math.imul(other ^ unit, 0x5bd1e995);
    other ^= other >>> 15;
  }
  into[at] = one;
  // Never zero: that is an empty place in the table.
  into[at + 1] = other | 1;
}

export function createPrintSet() {
  let table = new Uint32Array(2 * 1024);
  let count = 0;

  /** Where a print is, or would be. */
  function place(one: number, other: number, within: Uint32Array): number {
    const places = within.length / 2;
    let at = (one ^ (other >>> 7)) & (places - 1);
    while (within[2 * at + 1] !== 0 && (within[2 * at] !== one || within[2 * at + 1] !== other))
      at = (at + 1) & (places - 1);
    return at;
  }

  return {
    /** Remembers the print that stands at `at`; false when it was there. */
    add(prints: Uint32Array, at: number): boolean {
      const [one, other] = [prints[at] as number, prints[at + 1] as number];
      if (4 * count > table.length) {
        const larger = new Uint32Array(2 * table.length);
        for (let n = 0; n < table.length; n += 2)
          if (table[n + 1] !== 0) {
            const to = place(table[n] as number, table[n + 1] as number, larger);
            larger[2 * to] = table[n] as number;
            larger[2 * to + 1] = table[n + 1] as number;
          }
        table = larger;
      }
      const to = place(one, other, table);
      if (table[2 * to + 1] !== 0) return false;
      table[2 * to] = one;
      table[2 * to + 1] = other;
      count += 1;
      return true;
    },
  };
}
