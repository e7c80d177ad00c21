// The demos' web server: the pages and their modules, the built package and lessons, and the demo site with its bad manners.
// It owns sockets, headers and the paths files are served at; what the site's pages are is site.mjs's business.
// It is node:http by hand because hanging up, dripping and staying silent are what it is for.

import { createServer } from 'node:http';
import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nodeService } from '../service/node.mjs';
import { data, find, html, hugeChunks, withQuery } from './site.mjs';

/** @import { IncomingMessage, ServerResponse } from 'node:http' */
/** @import { Page } from './site.mjs' */

const WEB = fileURLToPath(new URL('../', import.meta.url));
const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

// No inline script, no eval, nothing from elsewhere: only WebAssembly may be compiled.
const CSP =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.c': 'text/plain; charset=utf-8',
  '.py': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.map': 'application/json',
  '.wasm': 'application/wasm',
};

const RUNS_REMEMBERED = 200;
const SLOWEST = 20;

/**
 * Starts the server on this machine only.
 * @param {{ port?: number, dist?: string }} [options]  port 0 is any free one; dist is where the build put the package
 * @returns {Promise<{ url: string, close(): Promise<void> }>}
 */
export async function startServer({ port = 0, dist = DIST } = {}) {
  const visits = new Visits();
  /** @type {ReturnType<typeof nodeService> | undefined} */
  let made;
  const service = () => (made ??= nodeService(dist)); // for who asks for it
  const server = createServer((request, response) => {
    answer(request, response, { dist, visits, service }).catch((error) => {
      // A visitor who left is no news; anything else is a bug of ours and must be seen.
      if (!response.destroyed) console.error(error);
      response.destroy();
    });
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(undefined));
  });
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: async () => {
      await new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve(undefined)));
        server.closeAllConnections();
      });
      (await made)?.close();
    },
  };
}

/** @param {IncomingMessage} request @param {ServerResponse} response @param {{ dist: string, visits: Visits, service: () => ReturnType<typeof nodeService> }} context */
async function answer(request, response, { dist, visits, service }) {
  response.setHeader('content-security-policy', CSP);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cache-control', 'no-store');
  // A page that is isolated shares a flag with its workers, by which a running job hears that it is cancelled; each script of theirs says
  // so, too.
  if (/^\/(mandelbrot|cawait\/)/.test(request.url ?? '')) {
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.setHeader('cross-origin-embedder-policy', 'require-corp');
  }
  if (request.url?.startsWith('/service/node/')) return (await service()).listen(request, response);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return plain(response, 405, 'Only GET and HEAD are answered here.');
  }
  const url = parse(request.url);
  if (!url) return plain(response, 400, 'That is no path.');
  if (url.pathname === '/site' || url.pathname.startsWith('/site/')) return site(url, response, visits);
  return file(url.pathname, response, dist);
}

/** The request's target as a URL, or null where it is none. @param {string} [target] */
function parse(target = '') {
  try {
    return new URL(target, 'http://127.0.0.1');
  } catch {
    return null;
  }
}

/** @param {ServerResponse} response @param {number} status @param {string} text */
function plain(response, status, text) {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

/** @param {string} pathname @param {ServerResponse} response @param {string} dist */
async function file(pathname, response, dist) {
  const found = await locate(pathname, dist);
  if (!found) return plain(response, 404, `Nothing is here. If it should have been built: npm run build`);
  let body = await readFile(found.path);
  // A page cannot import by package name without an import map, and an import map is an inline script, which the CSP
  // forbids. So our modules say `from 'cawait'`, as any user's do, and the server does what a user's bundler would.
  if (found.ours)
    body = Buffer.from(
      body.toString().replaceAll(/\bfrom 'cawait(?:\/(\w+))?'/g, (_all, part = 'index') => `from '/cawait/${part}.js'`),
    );
  response.writeHead(200, { 'content-type': found.type, 'content-length': body.length });
  response.end(body);
}

/** Maps a URL path to a file that may be served, or null. @param {string} pathname @param {string} dist */
async function locate(pathname, dist) {
  const [, mount, rest] = /** @type {RegExpExecArray} */ (/^\/(?:(cawait|demos|lessons)\/)?(.*)$/s.exec(pathname));
  const root = mount ? join(dist, mount === 'cawait' ? 'js' : mount) : WEB;
  try {
    const name = decodeURIComponent(rest === '' && !mount ? 'index.html' : rest);
    const type = TYPES[extname(name)];
    if (!type || (!mount && extname(name) === '.json')) return null;
    // The real path, so that neither ".." nor a link leads out of the folder.
    const [base, path] = await Promise.all([realpath(root), realpath(join(root, name))]);
    if (!path.startsWith(base.endsWith(sep) ? base : base + sep)) return null;
    return { path, type, ours: !mount && type.startsWith('text/javascript') };
  } catch {
    return null;
  }
}

/** Counts visits by run, for the pages that fail the first times; old runs are forgotten. */
class Visits {
  /** @type {Map<string, Map<string, number>>} */
  #runs = new Map();

  /** @param {string} run @param {string} path how many times this run had asked before */
  count(run, path) {
    const seen = this.#runs.get(run) ?? new Map();
    this.#runs.delete(run);
    this.#runs.set(run, seen);
    if (this.#runs.size > RUNS_REMEMBERED) this.#runs.delete(/** @type {string} */ (this.#runs.keys().next().value));
    const before = seen.get(path) ?? 0;
    seen.set(path, before + 1);
    return before;
  }
}

/**
 * Answers for the demo site. `?run=` names a crawl, `?throttle=` multiplies its delays; links carry both on.
 * @param {URL} url @param {ServerResponse} response @param {Visits} visits
 */
async function site(url, response, visits) {
  const run = (url.searchParams.get('run') ?? '').replaceAll(/[^\w-]/g, '').slice(0, 40);
  const asked = url.searchParams.get('throttle');
  const throttle = Number(asked) >= 0 ? Math.min(Number(asked ?? 1), SLOWEST) : 1;
  const query = [run && `run=${run}`, asked !== null && `throttle=${throttle}`].filter(Boolean).join('&');

  const left = new AbortController();
  response.on('close', () => left.abort());
  const pause = (/** @type {number} */ seconds) => sleep(seconds * throttle * 1000, undefined, { signal: left.signal });

  const page = find(url);
  if (!page) return plain(response, 404, 'No such page.');
  if (page.kind !== 'drip') await pause(page.delay);
  await acts[page.kind](page, response, { query, pause, visits, run });
}

/** @typedef {{ query: string, pause(seconds: number): Promise<void>, visits: Visits, run: string }} Visit */

/** @param {ServerResponse} response @param {string} text */
function page200(response, text) {
  response.writeHead(200, { 'content-type': TYPES['.html'] });
  response.end(text);
}

/** How each kind of page behaves. @type {Record<Page['kind'], (page: Page, response: ServerResponse, visit: Visit) => unknown>} */
const acts = {
  html: (page, response, { query }) => page200(response, html(page, query)),

  status: (page, response) => plain(response, page.status ?? 500, page.title),

  flaky(page, response, { query, visits, run }) {
    if (visits.count(run, page.path) >= (page.failures ?? 1)) return page200(response, html(page, query));
    response.setHeader('retry-after', '0');
    return plain(response, 503, 'Not now.');
  },

  redirect(page, response, { query }) {
    response.writeHead(page.status ?? 301, { location: withQuery(page.location ?? '/site/', query) });
    response.end();
  },

  async huge(page, response, { query }) {
    response.writeHead(200, { 'content-type': TYPES['.html'] });
    await pipeline(hugeChunks(page, query), response);
  },

  async drip(page, response, { query, pause }) {
    const text = html(page, query);
    const drops = 20;
    response.writeHead(200, { 'content-type': TYPES['.html'] });
    for (let i = 0; i < drops; i++) {
      response.write(text.slice((text.length * i) / drops, (text.length * (i + 1)) / drops));
      await pause(page.delay / drops);
    }
    response.end();
  },

  drop(page, response) {
    const size = page.size ?? 0;
    response.writeHead(200, { 'content-type': TYPES['.html'], 'content-length': size * 4 });
    response.write(html(page, '').padEnd(size), () => response.socket?.destroy());
  },

  // Says nothing until the visitor leaves, or the server stops and closes the connection.
  silent: (_page, response) => new Promise((resolve) => response.once('close', resolve)),

  data(page, response) {
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': page.size });
    response.end(data(page));
  },

  latin1(page, response, { query }) {
    const text = html(page, query).replace('</h1>', ' \u00e9\u00e8\u00ff, and a byte that is nothing: \u00c0</h1>');
    response.writeHead(200, { 'content-type': TYPES['.html'] });
    response.end(Buffer.from(text, 'latin1'));
  },
};
