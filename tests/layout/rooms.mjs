// Rooms: folders in an order; what a file takes from another is below it. What src, in C, and js, in TypeScript, have in common.
// It must not know what either takes from where.

/**
 * Files that take from one another, as circles.
 * @param {ReadonlyMap<string, string[]>} edges  what each takes, by path
 */
export function circles(edges) {
  /** @type {string[]} */
  const found = [];
  const done = new Set();
  /** @param {string} path @param {string[]} way */
  const walk = (path, way) => {
    if (way.includes(path)) found.push(`a circle: ${[...way.slice(way.indexOf(path)), path].join(' > ')}`);
    if (way.includes(path) || done.has(path)) return;
    for (const next of edges.get(path) ?? []) walk(next, [...way, path]);
    done.add(path);
  };
  for (const path of edges.keys()) walk(path, []);
  return found;
}
