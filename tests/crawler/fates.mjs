// What becomes of the pages of the demo's site, whoever crawls it.
// It must not know who does.

import { NETWORK, TIMED_OUT } from '../../web/crawler/events.mjs';

// Pages whose fate is fixed: [state, reason or least bytes, attempts].
export const FATES = {
  '/site/': ['done', 1000, 1],
  '/site/tides/12': ['done', 1000, 1],
  '/site/odd/huge': ['done', 3 << 20, 1],
  '/site/odd/last-line': ['done', 1000, 1],
  '/site/odd/latin1': ['done', 500, 1],
  '/site/odd/moved': ['done', 500, 1],
  '/site/odd/flaky': ['done', 500, 2],
  '/site/odd/flakier': ['done', 500, 3],
  '/site/odd/picture.png': ['done', 48000, 1],
  '/site/odd/markup?plain=1&amp=2': ['done', 500, 1],
  '/site/odd/missing': ['failed', 404, 1],
  '/site/odd/gone': ['failed', 410, 1],
  '/site/odd/broken': ['failed', 500, 3],
  '/site/odd/dropped': ['failed', NETWORK, 3],
  '/site/odd/round': ['failed', NETWORK, 3],
  '/site/odd/silent': ['failed', TIMED_OUT, 3],
};

/** The path and query of a page, without what only steers the server. @param {string} url */
export function place(url) {
  const { pathname, searchParams } = new URL(url);
  for (const name of ['run', 'throttle']) searchParams.delete(name);
  return pathname + (searchParams.size > 0 ? `?${searchParams}` : '');
}
