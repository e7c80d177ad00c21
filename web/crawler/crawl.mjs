// Loads and calls the C crawler: the one place that knows the export's parameters and how its events come back.
// It must not know who watches: the page and the terminal both hand it a function.

import { load } from 'cawait';

/** @import { OnEvent } from './events.mjs' */

/**
 * @typedef {object} Options
 * @property {string} url       where to start; only pages under the same origin are followed
 * @property {number} limit     requests in flight at most
 * @property {number} depth     links from the start page at most
 * @property {number} timeout   seconds for one attempt, body included
 * @property {number} retries   further attempts after a failure that may pass
 * @property {AbortSignal} [signal]
 */

/**
 * The loaded module: what CAW_EXPORT in crawl_js.c promises.
 * @typedef {{
 *   exports: { crawl(url: string, limit: number, depth: number, timeout: number, retries: number,
 *                    options?: { signal?: AbortSignal }): Promise<unknown> },
 *   [Symbol.dispose](): void,
 * }} Crawler
 */

/** @param {URL} url of crawler.wasm @returns {Promise<Crawler>} */
export async function loadCrawler(url) {
  return /** @type {Crawler} */ (/** @type {unknown} */ (await load(url)));
}

/**
 * Runs one crawl to its end. The C code finds its listener as a global, so there is one crawl at a time in a realm.
 * @param {Crawler} crawler @param {Options} options @param {OnEvent} onevent
 */
export async function crawl(crawler, { url, limit, depth, timeout, retries, signal }, onevent) {
  const realm = /** @type {{ onevent?: OnEvent }} */ (globalThis);
  if (realm.onevent) throw new Error('a crawl is already running here');
  realm.onevent = onevent;
  try {
    return await crawler.exports.crawl(url, limit, depth, timeout, retries, { signal });
  } finally {
    delete realm.onevent;
  }
}
