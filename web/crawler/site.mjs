// The demo web site that the crawler crawls: which pages exist, what they say, and how each one misbehaves.
// Everything is made from the page's path, so two servers, or two runs, give the same bytes and the same delays.
// It must not know of sockets, files or the crawler: server.mjs acts out what is described here.

/**
 * @typedef {object} Page
 * @property {string} path
 * @property {string} title
 * @property {string[]} links        hrefs as they stand in the page, before the run's query is added
 * @property {number} delay          seconds before the answer starts; the visitor's throttle multiplies it
 * @property {'html'|'status'|'flaky'|'redirect'|'huge'|'drip'|'drop'|'silent'|'data'|'latin1'} kind
 * @property {number} [status]       kind status: the answer's status
 * @property {number} [failures]     kind flaky: how many first visits of a run get a 503
 * @property {string} [location]     kind redirect: where to (a 301, or 302 where `status` says so)
 * @property {number} [size]         kinds huge, drop and data: bytes of the body (for drop: the bytes that arrive)
 */

/** Sections of the almanac: folder, title, topics. */
const SECTIONS = [
  'tides: Tides: Spring, Neap, Ebb, Flood, Slack water, Storm surge, Seiche, Bore, Datum, Range, Gauge, Table',
  'knots: Knots: Bowline, Reef knot, Clove hitch, Sheet bend, Figure eight, Rolling hitch, Fisherman’s bend, ' +
    'Carrick bend, Monkey’s fist, Splice, Whipping, Cleat hitch',
  'birds: Birds: Tern, Gannet, Cormorant, Puffin, Fulmar, Kittiwake, Guillemot, Razorbill, Skua, Petrel, ' +
    'Oystercatcher, Turnstone',
  'boats: Boats: Dinghy, Lugger, Cutter, Ketch, Yawl, Schooner, Smack, Coble, Punt, Skiff, Lighter, Tug',
  'lights: Lights: Lantern, Fresnel lens, Occulting, Isophase, Sector, Leading lights, Fog signal, Daymark, ' +
    'Lightship, Buoy, Keeper, Logbook',
].map((line) => {
  const [name, title, topics] = line.split(': ');
  return { name, title, topics: topics.split(', ') };
});

const WORDS =
  'harbour wall under a grey morning the boats lie quiet and the rope runs out slow over wet stone while gulls argue about bread ' +
  'water turns at noon wind backs to the west then veers again so keep a good lamp trimmed and write the hour in the book before sleep';

const FOOT_OF_HUGE = '/site/odd/last-line';

/** A small seeded generator (mulberry32), so that "random" means "fixed for this path". @param {string} key */
function seeded(key) {
  let state = 2166136261;
  for (const char of key) state = Math.imul(state ^ /** @type {number} */ (char.codePointAt(0)), 16777619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** @type {Map<string, Page>} */
export const pages = new Map();

/** @param {string} path @param {string} title @param {Partial<Page>} [more] */
function add(path, title, more = {}) {
  const delay = 0.03 + 0.21 * seeded(path)() ** 2;
  pages.set(path, { path, title, kind: 'html', links: [], delay, ...more });
}

for (const { name, title, topics } of SECTIONS) {
  const at = (/** @type {number} */ n) => `/site/${name}/${1 + ((n - 1 + topics.length) % topics.length)}`;
  // A section shows its first four pages; each of those leads to two more; prev and next close the circle.
  add(`/site/${name}/`, title, { links: ['/site/', at(1), at(2), at(3), at(4)] });
  topics.forEach((topic, index) => {
    const n = index + 1;
    const random = seeded(`${name} ${n}`);
    const other = SECTIONS[Math.floor(random() * SECTIONS.length)];
    const elsewhere = `/site/${other.name}/${1 + Math.floor(random() * other.topics.length)}`;
    const deeper = n <= 4 ? [at(3 + 2 * n), at(4 + 2 * n)] : [];
    add(at(n), topic, { links: ['/site/', `/site/${name}/`, at(n - 1), at(n + 1), elsewhere, ...deeper] });
  });
}

add('/site/odd/slow', 'Answers late', { delay: 0.9 });
add('/site/odd/slower', 'Answers later', { delay: 1.3 });
add('/site/odd/silent', 'Never answers', { kind: 'silent' });
add('/site/odd/drip', 'Starts at once and takes its time', { kind: 'drip', delay: 4 });
add('/site/odd/flaky', 'Fails the first time', { kind: 'flaky', failures: 1 });
add('/site/odd/flakier', 'Fails twice', { kind: 'flaky', failures: 2 });
add('/site/odd/broken', 'Server error', { kind: 'status', status: 500 });
add('/site/odd/gone', 'Gone', { kind: 'status', status: 410 });
add('/site/odd/moved', 'Moved', { kind: 'redirect', delay: 0.02, status: 301, location: '/site/odd/moved-again' });
add('/site/odd/moved-again', 'Moved again', {
  kind: 'redirect',
  delay: 0.02,
  status: 302,
  location: '/site/odd/arrived',
});
add('/site/odd/arrived', 'Here it is', { links: ['/site/odd/'] });
add('/site/odd/round', 'Round', { kind: 'redirect', delay: 0.02, status: 302, location: '/site/odd/and-round' });
add('/site/odd/and-round', 'and round', { kind: 'redirect', delay: 0.02, status: 302, location: '/site/odd/round' });
add('/site/odd/mirror', 'Links to itself', {
  links: ['/site/odd/mirror', '/site/odd/mirror#again', '/site/odd/./mirror', '../odd/mirror'],
});
add('/site/odd/huge', 'A long read', { kind: 'huge', size: 3 << 20, links: ['/site/odd/', FOOT_OF_HUGE] });
add(FOOT_OF_HUGE, 'Linked from the last line of the long read');
add('/site/odd/dropped', 'Hangs up in the middle', { kind: 'drop', size: 20000 });
add('/site/odd/picture.png', 'Not a page', { kind: 'data', size: 48000 });
add('/site/odd/latin1', 'Not UTF-8', { kind: 'latin1', links: ['/site/odd/'] });
add('/site/odd/markup', 'Every way to write a link');
add('/site/odd/markup?plain=1&amp=2', 'Its ampersand was read right');
add('/site/odd/', 'Odd pages', {
  // One link leads nowhere (404), and the last two are not the crawler's business.
  links: [...pages.keys()]
    .filter((path) => /^\/site\/odd\/(?!moved-again|arrived|and-round|last-line|markup\?)/.test(path))
    .concat('/site/odd/missing', 'http://elsewhere.invalid/', 'mailto:keeper@elsewhere.invalid'),
});
add('/site/', 'The Harbour Almanac', { links: [...SECTIONS.map(({ name }) => `/site/${name}/`), '/site/odd/'] });

/** Finds a page; the only page with a query of its own is the one that tests `&amp;`. @param {URL} url */
export function find(url) {
  const own = url.searchParams.has('plain')
    ? `?plain=${url.searchParams.get('plain')}&amp=${url.searchParams.get('amp')}`
    : '';
  return pages.get(url.pathname + own);
}

/** @param {string} text */
const escape = (text) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);

/** Adds the run's query, so that a whole crawl keeps its throttle and its count of failures. @param {string} href @param {string} query */
export function withQuery(href, query) {
  if (!query || /^[a-z]+:/.test(href)) return href;
  const [path, hash] = href.split('#');
  return `${path}${path.includes('?') ? '&' : '?'}${query}${hash === undefined ? '' : `#${hash}`}`;
}

/** @param {() => number} random @param {number} count */
function words(random, count) {
  const all = WORDS.split(' ');
  let text = '';
  for (let i = 0; i < count; i++) text += (i ? ' ' : '') + all[Math.floor(random() * all.length)];
  return text;
}

/** @param {Page} page */
function head(page) {
  const title = escape(page.title);
  return `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>${title}</title>\n<h1>${title}</h1>\n`;
}

/** @param {string} href @param {string} query */
function anchor(href, query) {
  const label = pages.get(href)?.title ?? href;
  return `<li><a href="${withQuery(href, query)}">${escape(label)}</a>\n`;
}

/** The page that a crawler's link reader is tried on: same target, six spellings. @param {string} query */
function markup(query) {
  const to = (/** @type {string} */ path) => withQuery(path, query);
  const both = `/site/odd/markup?plain=1&amp;amp=2${query && `&amp;${query.replaceAll('&', '&amp;')}`}`;
  return (
    `<p><a href='${to('/site/knots/1')}'>single quotes</a> <A HREF="${to('/site/knots/2')}">capitals</A>\n` +
    `<a class="x" href = "${to('/site/knots/3')}" title="a > b">spaces, and a mark inside a value</a>\n` +
    `<a href=${to('/site/knots/4')}>no quotes</a> <a\n  href="${to('/site/knots/5#top')}">two lines and a fragment</a>\n` +
    `<a href="${to('../knots/6')}">relative</a> <a href="${both}">an escaped ampersand</a> <a name="none">no target</a> <a href="">here</a>\n`
  );
}

/** The whole text of a page that is one. @param {Page} page @param {string} query */
export function html(page, query) {
  const random = seeded(page.path + ' text');
  let text = head(page);
  for (let i = 0, n = 2 + Math.floor(random() * 6); i < n; i++)
    text += `<p>${words(random, 30 + Math.floor(random() * 90))}.\n`;
  if (page.path === '/site/odd/markup') text += markup(query);
  return text + `<ul>\n${page.links.map((href) => anchor(href, query)).join('')}</ul>\n`;
}

/** The huge page, piece by piece; its only links stand at the very end. @param {Page} page @param {string} query */
export function* hugeChunks(page, query) {
  const random = seeded(page.path);
  const paragraph = `<p>${words(random, 4000)}.\n`;
  yield head(page);
  for (let sent = 0; sent < /** @type {number} */ (page.size); sent += paragraph.length) yield paragraph;
  yield `<ul>\n${page.links.map((href) => anchor(href, query)).join('')}</ul>\n`;
}

/** Bytes that are no text. @param {Page} page */
export function data(page) {
  const random = seeded(page.path);
  return Uint8Array.from({ length: /** @type {number} */ (page.size) }, () => random() * 256);
}
