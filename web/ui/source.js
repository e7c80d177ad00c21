// The pane with the crawler's C source: fetched as it is, colored lightly, with the lines marked that may suspend.
// It knows C's tokens and the library's naming rule (capitals may suspend or leave), and no more of C.

import { element, make } from './dom.js';

const TOKENS = [
  ['comment', /\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/],
  ['string', /"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|(?<=#\s*include\s*)<[^>\n]*>/],
  ['macro', /#\s*[a-z]+|\bCAW_[A-Z0-9_]+\b/],
  ['call', /\bcaw_[a-z0-9_]+\b/],
  [
    'keyword',
    /\b(?:auto|bool|break|case|char|const|continue|default|do|double|else|enum|extern|false|float|for|goto|if|inline|int|long|return|short|signed|sizeof|static|struct|switch|true|typedef|union|unsigned|void|volatile|while|NULL|u?int(?:8|16|32|64)_t|size_t)\b/,
  ],
];
const SUSPENDS = /\bCAW_(?:AWAIT|YIELD|FOR_AWAIT|WITH)\w*/;
const PATTERN = new RegExp(
  TOKENS.map(([name, rule]) => `(?<${name}>${/** @type {RegExp} */ (rule).source})`).join('|'),
  'g',
);

/** Splits C into colored pieces. @param {string} text @returns {{ kind: string, text: string }[]} */
export function tokens(text) {
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(PATTERN)) {
    if (match.index > end) pieces.push({ kind: '', text: text.slice(end, match.index) });
    const [kind] = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined) ?? [''];
    pieces.push({ kind, text: match[0] });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ kind: '', text: text.slice(end) });
  return pieces;
}

/** @param {string} text @returns {HTMLElement[]} an element for each line */
function lines(text) {
  const all = [make('span')];
  for (const piece of tokens(text)) {
    piece.text.split('\n').forEach((part, index) => {
      if (index > 0) all.push(make('span'));
      const line = /** @type {HTMLElement} */ (all.at(-1));
      if (part) line.append(piece.kind ? make('span', piece.kind, part) : part);
      if (piece.kind === 'macro' && SUSPENDS.test(part)) line.className = 'suspends';
    });
  }
  for (const line of all) line.append('\n');
  return all;
}

export async function showSource() {
  const code = element('code', HTMLPreElement);
  const response = await fetch('/crawler/crawler.c');
  if (response.ok) code.replaceChildren(...lines((await response.text()).trimEnd()));
  else code.textContent = `crawler.c did not arrive (${response.status}).`;
}
