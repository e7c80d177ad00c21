// What test programs print, as cases, and how these are reported: TAP, or a list for people.
// It must not know how the programs are built or run.

/**
 * @typedef {object} Case
 * @property {string} name @property {boolean} good
 * @property {string} output  what is shown of a failure
 * @property {'SKIP' | 'TODO'} [directive]  it is no failure then, whatever it is
 * @property {string} [reason]
 */
/** @typedef {{ file: string, cases: Case[] }} Tested */

/** The end of a line of TAP: `# SKIP why`, `# TODO why`; the words as they are commonly written, "# skipped: why" among them. */
const DIRECTIVE = /(?:^|[ \t])#[ \t]*(skip|todo)\S*[ \t]*(.*)$/i;

/** @param {string} text  @returns {Pick<Case, 'directive' | 'reason'>} */
function directiveOf(text) {
  const [, word, reason = ''] = DIRECTIVE.exec(text) ?? [];
  return word ? { directive: word.toLowerCase() === 'skip' ? 'SKIP' : 'TODO', reason: reason.trim() } : {};
}

/** @param {Case} one */
const failed = ({ good, directive }) => !good && !directive;

/**
 * The cases of one program's run.
 * @param {string} file @param {{ status: number | null, signal: string | null, output: string }} run  status null: it was stopped
 * @returns {Case[]}
 */
export function cases(file, { status, signal, output }) {
  /** @type {Case[]} */
  const found = [];
  /** @type {Case[]} */
  const wrong = []; // with the whole
  let since = ''; // what was printed since the last case: of the next, if that fails
  let plan = -1;
  /** A failure of which the next lines may tell more, if they are comments or YAML. @type {Case | null} */
  let told = null;
  let yaml = false;
  for (const line of output.split('\n')) {
    const [, not, text] = /^(not )?ok\b[ \t]*(?:\d+[ \t]*)?(?:-[ \t]*)?(.*)$/.exec(line) ?? [];
    const [, planned, more = ''] = /^1\.\.(\d+)[ \t]*(#.*)?$/.exec(line) ?? [];
    const [, bail] = /^Bail out!(.*)$/.exec(line) ?? [];
    if (text !== undefined) {
      const name = text.replace(DIRECTIVE, '').replaceAll('\\#', '#').trim() || `case ${found.length + 1}`;
      const one = { name, good: !not, output: not ? since : '', ...directiveOf(text) };
      found.push(one);
      told = not ? one : null;
      since = '';
    } else if (planned !== undefined) {
      plan = Number(planned);
      const none = plan === 0 ? directiveOf(more) : {};
      if (none.directive) wrong.push({ name: file, good: true, output: '', ...none });
    } else if (bail !== undefined) wrong.push({ name: `${file} (gave up:${bail})`, good: false, output: since });
    else if (told && (yaml || /^(#|[ \t]+---$)/.test(line))) {
      told.output += `${line}\n`;
      yaml = yaml ? !/^[ \t]+\.\.\.$/.test(line) : !line.startsWith('#');
    } else {
      since += `${line}\n`;
      told = null;
    }
  }
  if (plan >= 0 && plan !== found.length && wrong.length === 0)
    wrong.push({ name: `${file} (${found.length} of ${plan} cases)`, good: false, output: since });
  const all = [...found, ...wrong];
  const died = status !== 0 && (!all.some(failed) || status === null || status >= 128);
  const how = signal === null ? `status ${status}` : signal;
  if (died) all.push({ name: `${file} (${how})`, good: false, output: since });
  else if (all.length === 0) all.push({ name: file, good: true, output: '' });
  return all;
}

/** How many cases there are of each kind. */
class Count {
  passed = 0;
  failed = 0;
  skipped = 0;
  todo = 0;

  /** @param {Case} one */
  add(one) {
    if (one.directive) one.directive === 'SKIP' ? this.skipped++ : this.todo++;
    else one.good ? this.passed++ : this.failed++;
  }
  get all() {
    return this.passed + this.failed + this.skipped + this.todo;
  }
}

/** A sequence of numbers is what TAP wants. @param {(line: string) => void} print */
function tap(print) {
  const count = new Count();
  print('TAP version 13');
  return {
    /** @param {Tested} tested */
    add({ file, cases: all }) {
      print(`# ${file}`);
      for (const one of all) {
        const { name, good, output, directive, reason } = one;
        count.add(one);
        const said = directive ? ` # ${directive} ${reason}`.trimEnd() : '';
        print(`${good ? 'ok' : 'not ok'} ${count.all} - ${name.replaceAll('#', '\\#')}${said}`);
        if (good) continue;
        const lines = output.trimEnd().split('\n');
        if (output.trim()) print(['  ---', '  output: |', ...lines.map((line) => `    ${line}`), '  ...'].join('\n'));
      }
    },
    end() {
      const { all, passed, failed, skipped, todo } = count;
      print(`1..${all}\n# pass ${passed}\n# fail ${failed}`);
      if (skipped) print(`# skip ${skipped}`);
      if (todo) print(`# todo ${todo}`);
      return failed;
    },
  };
}

/** @param {(line: string) => void} print @param {boolean} colours */
function spec(print, colours) {
  const count = new Count();
  const paint = (/** @type {number} */ code, /** @type {string} */ text) =>
    colours ? `\x1b[${code}m${text}\x1b[0m` : text;
  return {
    /** @param {Tested} tested */
    add({ file, cases: all }) {
      print(file);
      for (const one of all) {
        const { name, good, output, directive, reason } = one;
        count.add(one);
        if (directive) {
          const how = directive === 'SKIP' ? 'skipped' : good ? 'to do, but it passes' : 'to do';
          print(`  ${paint(33, '-')} ${name} (${how}${reason ? `: ${reason}` : ''})`);
          continue;
        }
        print(good ? `  ${paint(32, '✔')} ${name}` : `  ${paint(31, '✖')} ${name}`);
        if (!good && output.trim()) print(output.trimEnd().replace(/^/gm, '      '));
      }
    },
    end() {
      const { passed, failed, skipped, todo } = count;
      print(
        `\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}${todo ? `, ${todo} to do` : ''}`,
      );
      return failed;
    },
  };
}

export const REPORTERS = { tap, spec };
