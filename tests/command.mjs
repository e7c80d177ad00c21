// Runs other programs for the legs: output collected, a time limit, several at once; and says whether a tool is there.
// It must not know which tools the legs use.

import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** @typedef {{ status: number | null, output: string }} Run  status is null for a program that had to be stopped */

/**
 * @param {string} command @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, input?: string, seconds?: number }} [options]
 * @returns {Promise<Run>}  stdout and stderr as they came, in one text
 */
export function command(command, args, { cwd, env, input, seconds = 900 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env } });
    let output = '';
    const collect = (/** @type {Buffer} */ bytes) => void (output += bytes);
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.stdin.on('error', () => {}); // a program need not read what it is given
    child.stdin.end(input);
    const timer = setTimeout(() => {
      output += `\n(stopped: not done after ${seconds} s)\n`;
      child.kill('SIGKILL');
    }, seconds * 1000);
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ status: null, output: `${output}${command}: ${error.message}` });
    });
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      if (signal) output += `\n(ended by ${signal})\n`;
      resolve({ status, output });
    });
  });
}

/**
 * Runs a job for each item, a few at once.
 * @template T
 * @param {readonly T[]} items @param {(item: T) => Promise<void>} job @param {number} [width]
 */
export async function each(items, job, width = 2) {
  const left = items.values();
  const lane = async () => {
    for (const item of left) await job(item);
  };
  await Promise.all(Array.from({ length: width }, lane));
}

/** The path of a tool on PATH, or null. @param {string} name */
export function which(name) {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}
