// How numbers and addresses are written for people, the same in the page and in the terminal.

/** @param {number} count */
export function bytes(count) {
  if (count < 1000) return `${count} B`;
  if (count < 1e6) return `${(count / 1e3).toFixed(1)} kB`;
  return `${(count / 1e6).toFixed(2)} MB`;
}

/** @param {number} time */
export function seconds(time) {
  return time < 1 ? `${Math.round(time * 1000)} ms` : `${time.toFixed(2)} s`;
}

/** @param {number} count @param {string} one @param {string} [many] */
export function plural(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}

/** The part of a URL that tells the demo's pages apart. @param {string} url */
export function place(url) {
  const { pathname, searchParams } = new URL(url);
  searchParams.delete('run');
  searchParams.delete('throttle');
  const path = pathname.replace(/^\/site(?=\/)/, '');
  return searchParams.size ? `${path}?${searchParams}` : path;
}
