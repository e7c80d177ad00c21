// Owns: looking at what the program's JavaScript hands over. A look may run the program's own code (a Proxy's trap, a getter,
// toString) and that may throw, or call back into us: nothing here throws but a TypeError that says what is wrong, and whoever
// looks does so before changing anything, and then looks again at its own state.
// Must not know: where a value goes.

const { toString } = Object.prototype;
/** object[key] of anything; undefined if that throws. */
export function field(object: unknown, key: PropertyKey): unknown {
  try {
    return (object as Record<PropertyKey, unknown> | null | undefined)?.[key];
  } catch {
    return undefined;
  }
}

/** String(value) of anything. */
export function describe(value: unknown): string {
  try {
    return String(value);
  } catch {
    return what(value);
  }
}

/** What kind of thing it is, in words. */
export function what(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'bigint') return `the BigInt ${value}n`;
  if (typeof value !== 'object') return `a ${typeof value}`;
  try {
    return Array.isArray(value) ? 'an array' : `an object (${toString.call(value).slice(8, -1)})`;
  } catch {
    return 'an object'; // a revoked Proxy
  }
}
