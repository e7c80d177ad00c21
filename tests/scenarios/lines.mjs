// Puts lines through a program that answers each with a line. One that dies, or says nothing for long, is started again behind
// the line that it left unanswered.
// It must not know what the lines mean.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** @typedef {readonly [string, ...string[]]} Command */
/** @typedef {{ line: string } | { died: string }} Answer  died: how, and what it said last */

/**
 * As far as one process gets.
 * @param {Command} command @param {string[]} lines @param {number} seconds @param {Record<string, string>} env
 * @returns {Promise<{ answers: string[], end: string, failed: boolean }>}
 */
function once([file, ...args], lines, seconds, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env: { ...process.env, ...env } });
    /** @type {string[]} */
    const answers = [];
    let errors = '';
    let silent = false;
    const kill = () => {
      silent = true;
      child.kill('SIGKILL');
    };
    let timer = setTimeout(kill, seconds * 1000);
    createInterface({ input: child.stdout }).on('line', (line) => {
      clearTimeout(timer);
      timer = setTimeout(kill, seconds * 1000);
      answers.push(line);
    });
    child.stderr.on('data', (bytes) => (errors = `${errors}${bytes}`.slice(-4000)));
    child.stdin.on('error', () => {}); // it may die before it has read all
    child.stdin.end(lines.join('\n') + '\n');
    child.on('error', reject);
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      const end = silent ? `nothing came for ${seconds} s` : `ended with ${signal ?? status}`;
      resolve({ answers, end: `${end}\n${errors}`.trim(), failed: status !== 0 });
    });
  });
}

/**
 * The answers to lines, in their order. `complaints`: what processes said that answered every line and yet failed.
 * @param {Command} command @param {string[]} lines @param {{ batch?: number, seconds?: number, again?: boolean, env?: Record<string, string> }} [options]
 *     batch: lines a process; seconds: how long it may be silent; again: a line counts as deadly when a process dies that began with it;
 *     env: more of the environment
 * @returns {Promise<{ answers: Answer[], complaints: string[] }>}
 */
export async function through(command, lines, { batch = Infinity, seconds = 600, again = false, env = {} } = {}) {
  /** @type {Answer[]} */
  const all = [];
  const complaints = [];
  let dumb = 0;
  while (all.length < lines.length) {
    const part = lines.slice(all.length, all.length + batch);
    const { answers, end, failed } = await once(command, part, seconds, env);
    all.push(...answers.map((line) => ({ line })));
    const cut = answers.length < part.length;
    if (cut && (!again || answers.length === 0)) all.push({ died: end });
    else if (!cut && failed) complaints.push(end);
    dumb = answers.length === 0 ? dumb + 1 : 0;
    if (dumb > 2) throw new Error(`${command.join(' ')}: ${end}`); // one line or two may kill it at once
  }
  return { answers: all, complaints };
}
