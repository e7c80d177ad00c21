// What somebody may have meant who misspelt a word.
// It must not know what the words are for.

/** How many letters are to be added, left out, replaced or swapped with the next. @param {string} a @param {string} b */
function distance(a, b) {
  let before = /** @type {number[]} */ ([]);
  let last = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : Infinity;
      row[j] = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same, swapped);
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}

/** The end of a sentence about a word that is not known: the known one that is like it, as a question; '': none is. @param {string} word @param {readonly string[]} known */
export function meant(word, known) {
  const most = Math.floor(word.length / 3);
  const [nearest] = known
    .map((one) => ({ one, far: distance(word, one) }))
    .filter(({ far }) => far <= most)
    .sort((a, b) => a.far - b.far);
  return nearest ? `: did you mean ${nearest.one}?` : '';
}
