// What test programs print, as cases, and how these are reported: TAP, or a list for people.
// It must not know how the programs are built or run.

/** @typedef {{ name: string, good: boolean, output: string }} Case  output: what is shown of a failure */
/** @typedef {{ file: string, cases: Case[] }} Tested */

/**
 * The cases of one program's run.
 * @param {string} file @param {{ status: number | null, signal: string | null, output: string }} run  status null: it was stopped
 * @returns {Case[]}
 */
export function cases(file, { status, signal, output }) {
  /** @type {Case[]} */
  const found = [];
  let since = ''; // what was printed since the last case: of the next, if that fails
  for (const line of output.split('\n')) {
    const [, not, name] = /^(not )?ok\b[ \t]*(?:\d+[ \t]*)?(?:-[ \t]*)?(.*)$/.exec(line) ?? [];
    if (name === undefined) since += `${line}\n`;
    else {
      found.push({
        name: name.trim() || `case ${found.length + 1}`,
        good: not === undefined,
        output: not ? since : '',
      });
      since = '';
    }
  }
  const died = status !== 0 && (found.every(({ good }) => good) || status === null || status >= 128);
  const how = signal === null ? `status ${status}` : signal;
  if (died) found.push({ name: `${file} (${how})`, good: false, output: since });
  else if (found.length === 0) found.push({ name: file, good: true, output: '' });
  return found;
}

/** A sequence of numbers is what TAP wants. @param {(line: string) => void} print */
function tap(print) {
  let count = 0;
  let bad = 0;
  print('TAP version 13');
  return {
    /** @param {Tested} tested */
    add({ file, cases: all }) {
      print(`# ${file}`);
      for (const { name, good, output } of all) {
        print(`${good ? 'ok' : 'not ok'} ${++count} - ${name.replaceAll('#', '\\#')}`);
        if (good) continue;
        bad++;
        const lines = output.trimEnd().split('\n');
        if (output.trim()) print(['  ---', '  output: |', ...lines.map((line) => `    ${line}`), '  ...'].join('\n'));
      }
    },
    end() {
      print(`1..${count}\n# pass ${count - bad}\n# fail ${bad}`);
      return bad;
    },
  };
}

/** @param {(line: string) => void} print @param {boolean} colours */
function spec(print, colours) {
  let count = 0;
  let bad = 0;
  const paint = (/** @type {number} */ code, /** @type {string} */ text) =>
    colours ? `\x1b[${code}m${text}\x1b[0m` : text;
  return {
    /** @param {Tested} tested */
    add({ file, cases: all }) {
      print(file);
      for (const { name, good, output } of all) {
        count++;
        print(good ? `  ${paint(32, '✔')} ${name}` : `  ${paint(31, '✖')} ${name}`);
        if (good) continue;
        bad++;
        if (output.trim()) print(output.trimEnd().replace(/^/gm, '      '));
      }
    },
    end() {
      print(`\n${count - bad} passed, ${bad} failed`);
      return bad;
    },
  };
}

export const REPORTERS = { tap, spec };
