// A pane of source text: fetched as it is, colored lightly, with the lines marked that may suspend.
// It knows the tokens of C and of Python and which of them suspend, and no more of either.

import { make } from './dom.js';

/** @typedef {{ tokens: RegExp, suspends: RegExp }} Language  suspends: a `macro` that may */

/** @param {[kind: string, rule: RegExp][]} rules */
const pattern = (rules) => new RegExp(rules.map(([kind, { source }]) => `(?<${kind}>${source})`).join('|'), 'g');

/** @param {string} words */
const among = (words) => new RegExp(`\\b(?:${words.replaceAll(' ', '|')})\\b`);

/** @type {Record<string, Language>} */
const LANGUAGES = {
  // The library's naming rule: capitals may suspend or leave.
  c: {
    tokens: pattern([
      ['comment', /\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/],
      ['string', /"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|(?<=#\s*include\s*)<[^>\n]*>/],
      ['macro', /#\s*[a-z]+|\bCAW_[A-Z0-9_]+\b/],
      ['call', /\bcaw_[a-z0-9_]+\b/],
      [
        'keyword',
        among(
          'auto bool break case char const continue default do double else enum extern false float for goto if inline int long ' +
            'return short signed sizeof static struct switch true typedef union unsigned void volatile while NULL ' +
            'u?int(?:8|16|32|64)_t size_t',
        ),
      ],
    ]),
    suspends: /^CAW_(?:AWAIT|YIELD|FOR_AWAIT|FOR_NEXT|END_FOR|WITH|END_WITH|END_TASK_GROUP)$/,
  },
  py: {
    tokens: pattern([
      ['comment', /#[^\n]*/],
      ['string', /[fr]?(?:"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)/],
      ['macro', /\basync\s+(?:for|with)\b|\b(?:async|await|yield)\b|(?<=\n|^)@\w+/],
      ['call', /\basyncio(?:\.\w+)*|\bcontextvars(?:\.\w+)*/],
      [
        'keyword',
        among(
          'and as assert break class continue def del elif else except False finally for from global if import in is lambda None ' +
            'nonlocal not or pass raise return self True try while with',
        ),
      ],
    ]),
    suspends: /^(?:await|yield|async\s+\w+)$/,
  },
};

/** Splits a text into colored pieces. @param {string} text @param {string} [language] @returns {{ kind: string, text: string }[]} */
export function tokens(text, language = 'c') {
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(LANGUAGES[language].tokens)) {
    if (match.index > end) pieces.push({ kind: '', text: text.slice(end, match.index) });
    const [kind] = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined) ?? [''];
    pieces.push({ kind, text: match[0] });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ kind: '', text: text.slice(end) });
  return pieces;
}

/** @param {string} text @param {string} language @returns {HTMLElement[]} an element for each line */
function lines(text, language) {
  const { suspends } = LANGUAGES[language];
  const all = [make('span')];
  for (const piece of tokens(text, language)) {
    piece.text.split('\n').forEach((part, index) => {
      if (index > 0) all.push(make('span'));
      const line = /** @type {HTMLElement} */ (all.at(-1));
      if (part) line.append(piece.kind ? make('span', piece.kind, part) : part);
      if (piece.kind === 'macro' && suspends.test(part)) line.className = 'suspends';
    });
  }
  for (const line of all) line.append('\n');
  return all;
}

/** Shows a file, whose language its ending says; the last that was asked for in a pane. @param {HTMLElement} pane @param {string} path */
export async function showSource(pane, path) {
  const name = path.slice(path.lastIndexOf('/') + 1);
  pane.dataset.source = path;
  const response = await fetch(path);
  const text = await response.text();
  if (pane.dataset.source !== path) return;
  if (response.ok) pane.replaceChildren(...lines(text.trimEnd(), name.slice(name.lastIndexOf('.') + 1)));
  else pane.textContent = `${name} did not arrive (${response.status}).`;
}
