// Finds in a C source the small changes that a test should notice: each a place and what stands there instead.
// It must not know what is done with them.

/** @typedef {{ start: number, end: number, text: string, line: number, what: string }} Change  text: instead of [start, end) */

/** What may stand for what, by name. */
const OPERATORS = new Map([
  ['==', ['!=']],
  ['!=', ['==']],
  ['<', ['<=', '>=']],
  ['>', ['>=', '<=']],
  ['<=', ['<', '>']],
  ['>=', ['>', '<']],
  ['&&', ['||']],
  ['||', ['&&']],
  ['+', ['-']],
  ['-', ['+']],
  ['++', ['--']],
  ['--', ['++']],
  ['+=', ['-=']],
  ['-=', ['+=']],
  ['true', ['false']],
  ['false', ['true']],
]);

/**
 * The source with comments, strings, preprocessor lines and what only the compiler reads blanked: same length, so that places are the same.
 * @param {string} source
 */
function bare(source) {
  const blank = (/** @type {string} */ text) => text.replace(/[^\n]/g, ' ');
  return source
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, blank)
    .replace(/^[ \t]*#(?:.*\\\n)*.*$/gm, blank)
    .replace(/\b_Static_assert\([^;]*;/g, blank);
}

/** Whether a place is inside a function's body. @param {string} code */
function depths(code) {
  const depth = new Int16Array(code.length + 1);
  let now = 0;
  for (let i = 0; i < code.length; i++) {
    if (code[i] === '}') now--;
    depth[i] = now;
    if (code[i] === '{') now++;
  }
  return depth;
}

/** @param {string} code @param {number} at  the `)` that closes the `(` there */
function closing(code, at) {
  let open = 0;
  for (let i = at; i < code.length; i++) {
    if (code[i] === '(') open++;
    else if (code[i] === ')' && --open === 0) return i;
  }
  return -1;
}

/** Every change of one source. @param {string} source @returns {Change[]} */
export function changes(source) {
  const code = bare(source);
  const depth = depths(code);
  /** @type {Change[]} */
  const found = [];
  const add = (
    /** @type {number} */ start,
    /** @type {number} */ end,
    /** @type {string} */ text,
    /** @type {string} */ what,
  ) => {
    const line = source.slice(0, start).split('\n').length;
    found.push({ start, end, text, line, what });
  };
  // Operators, written with spaces around them where they take two operands (clang-format sees to that).
  for (const match of code.matchAll(/(?<= )(==|!=|<=|>=|<|>|&&|\|\||\+=|-=|\+|-)(?= )|\+\+|--|\b(true|false)\b/g)) {
    if (depth[match.index] === 0) continue;
    for (const other of OPERATORS.get(match[0]) ?? [])
      add(match.index, match.index + match[0].length, other, `${match[0]} is ${other}`);
  }
  // Conditions: negated.
  for (const match of code.matchAll(/\b(?:if|while) \(/g)) {
    const open = match.index + match[0].length - 1;
    const close = closing(code, open);
    if (depth[open] === 0 || close < 0) continue;
    add(open, close + 1, `(!${source.slice(open, close + 1)})`, 'the condition is negated');
  }
  // Operands of && and ||: taken for granted.
  for (const match of code.matchAll(/(?<=\(|&& |\|\| )(!?[\w>.\-[\]]+(?:\([^()]*\))?)(?= && | \|\| )/g)) {
    if (depth[match.index] === 0) continue;
    const end = match.index + match[0].length;
    add(match.index, end, code.startsWith(' &&', end) ? '1' : '0', `${match[0]} is not asked`);
  }
  // Numbers: off by one.
  for (const match of code.matchAll(/(?<=[ (])\d+(?=[;,) ])/g)) {
    if (depth[match.index] === 0) continue;
    const n = Number(match[0]);
    add(match.index, match.index + match[0].length, String(n + 1), `${n} is ${n + 1}`);
    if (n > 1) add(match.index, match.index + match[0].length, String(n - 1), `${n} is ${n - 1}`);
  }
  // Flags that are not set, or not cleared.
  for (const match of code.matchAll(/(?<= )(\|=|&=) /g)) {
    if (depth[match.index] === 0) continue;
    const end = code.indexOf(';', match.index);
    const start = code.lastIndexOf('\n', match.index) + 1;
    if (
      end > 0 &&
      !code.slice(start, end).includes('(uint16_t)~') &&
      /^\s*[\w>.\-]+ $/.test(code.slice(start, match.index))
    )
      add(start, end, '', 'the flag is not set');
  }
  // Statements: not done. Those that stand alone on a line: calls, assignments, jumps.
  for (const match of code.matchAll(
    /^[ ]+(?!return|static|typedef|goto|case|default|else|if|for|while|do|switch|break|CAW__?\w* \w|CAW_END|CAW_RETURN|CAW__END)([\w(*][^;{}\n]*);$/gm,
  )) {
    if (depth[match.index] === 0 || isDeclaration(match[1] ?? '')) continue;
    add(match.index, match.index + match[0].length - 1, '', 'it is not done');
  }
  for (const match of code.matchAll(
    /(?<=\) |else )((?!return|break|continue|goto|CAW_R)[\w*][\w>.\-[\]*]*(?: [-+|&]?= |\(|\+\+|--)[^;{}\n]*);$/gm,
  )) {
    if (depth[match.index] === 0) continue;
    add(match.index, match.index + match[0].length - 1, '', 'it is not done');
  }
  // Jumps: not taken.
  for (const match of code.matchAll(/(?<=\) )(return|break|continue|goto)\b[^;\n]*(?=;$)/gm)) {
    if (depth[match.index] === 0) continue;
    add(match.index, match.index + match[0].length, '', 'it does not leave');
  }
  return found;
}

/** @param {string} statement */
function isDeclaration(statement) {
  return (
    /^(?:const )?[A-Za-z_]\w*(?: \w+)*(?: [*]*|[*]+ ?)\w+(?:\[[^\]]*\])?(?: = |,|$)/.test(statement) &&
    !/^\*?\w+(?:->|\.|\[|\()/.test(statement)
  );
}
