// WebKit by the WebDriver protocol: what a check needs of a browser, by the names that puppeteer has for it (pages, goto, evaluate).
// MiniBrowser shows its windows: without a display, on one that nobody sees.
// It must not know what is checked.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { which } from '../command.mjs';

const MINI = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';
const PATIENCE = 60_000; // ms until what does not come is given up: no measure of anything

/** Where the driver is, or null: it comes with the browser. */
export const findWebKit = () => (which('Xvfb') ? which('WebKitWebDriver') : null);

/** A port that nobody uses. @returns {Promise<number>} */
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });

/** Starts a display that nobody sees. @returns {Promise<{ name: string, stop: () => void }>} */
async function display() {
  const xvfb = spawn('Xvfb', ['-displayfd', '3', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise((resolve, reject) => {
    xvfb.stdio[3]?.once('data', (bytes) => resolve(String(bytes).trim()));
    xvfb.once('exit', () => reject(new Error('Xvfb did not start')));
  });
  return { name: `:${number}`, stop: () => void xvfb.kill() };
}

/** One command. @param {string} url @param {string} method @param {unknown} [body]  @returns {Promise<any>} */
async function send(url, method, body) {
  const response = await fetch(url, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const { value } = /** @type {any} */ (await response.json());
  if (!response.ok) throw new Error(`${url.replace(/^.*session\/[^/]*/, '')}: ${value.error}: ${value.message}`);
  return value;
}

/** Starts WebKit; what it gives is as much of puppeteer's Browser as checks need that are for every browser. @returns {Promise<any>} */
export async function launchWebKit() {
  const screen = await display();
  const port = await freePort();
  const env = { ...process.env, DISPLAY: screen.name, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' };
  const driver = spawn('WebKitWebDriver', [`--port=${port}`], { env, stdio: 'ignore' });
  const stop = () => {
    driver.kill();
    screen.stop();
  };
  try {
    const root = `http://127.0.0.1:${port}`;
    for (const end = performance.now() + PATIENCE; ; await sleep(20)) {
      const ready = await send(`${root}/status`, 'GET').catch((error) => (performance.now() < end ? null : error));
      if (ready instanceof Error) throw ready;
      if (ready?.ready) break;
    }
    const options = { binary: MINI, args: ['--automation'] };
    const alwaysMatch = { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': options };
    const { sessionId } = await send(`${root}/session`, 'POST', { capabilities: { alwaysMatch } });
    return await browser(`${root}/session/${sessionId}`, stop);
  } catch (error) {
    stop();
    throw error;
  }
}

/** @param {string} session @param {() => void} stop */
async function browser(session, stop) {
  await send(`${session}/timeouts`, 'POST', { script: 600_000, pageLoad: PATIENCE });
  // The first window stays, whatever is closed: without one the browser ends, and every command needs one that is there.
  const first = await send(`${session}/window`, 'GET');
  let current = first;

  /** Commands go to the window that was chosen last. @param {string} handle */
  const choose = async (handle) => {
    if (handle !== current) await send(`${session}/window`, 'POST', { handle });
    current = handle;
  };

  /** @param {string} handle */
  const page = (handle) => ({
    async goto(/** @type {string} */ url) {
      await choose(handle);
      await send(`${session}/url`, 'POST', { url });
    },
    async evaluate(/** @type {(...args: any[]) => unknown} */ call, /** @type {unknown[]} */ ...args) {
      await choose(handle);
      const script = `const done = arguments[arguments.length - 1];
        new Promise((resolve) => resolve((${call})(...arguments[0]))).then(
          (value) => done({ value }), (error) => done({ error: String(error) + '\\n' + (error?.stack ?? '') }));`;
      const { value, error } = await send(`${session}/execute/async`, 'POST', { script, args: [args] });
      if (error !== undefined) throw new Error(error);
      return value;
    },
    async waitForFunction(/** @type {(...args: any[]) => unknown} */ call) {
      for (const end = performance.now() + PATIENCE; !(await this.evaluate(call)); await sleep(20))
        if (performance.now() > end) throw new Error(`never: ${call}`);
    },
    async goBack() {
      await choose(handle);
      await send(`${session}/back`, 'POST', {});
    },
    bringToFront: () => choose(handle),
    async close() {
      await choose(handle);
      await send(`${session}/window`, 'DELETE');
      await choose(first);
    },
  });

  return {
    /** A window of its own: what it shows is visible. A tab stays behind the first one, hidden, where a timer may take a second. */
    async newPage(/** @type {{ type?: 'tab' | 'window' }} */ { type = 'window' } = {}) {
      await choose(first);
      const { handle } = await send(`${session}/window/new`, 'POST', { type });
      return page(handle);
    },
    async close() {
      await send(session, 'DELETE').catch(() => {});
      stop();
    },
  };
}
