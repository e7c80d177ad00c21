// Opens a real browser for a test: finds it on the PATH and starts it with the switches that a container needs.
// One driver for two engines (DevTools protocol for Chromium, WebDriver BiDi for Firefox), so tests are written once; WebKit has one that
// does less (webdriver.mjs).

import puppeteer from 'puppeteer-core';
import { which } from '../command.mjs';
import { findWebKit, launchWebKit } from './webdriver.mjs';

/** @typedef {'chromium' | 'firefox' | 'webkit'} BrowserName */

const NAMES = { chromium: ['chromium', 'chromium-browser', 'google-chrome'], firefox: ['firefox-esr', 'firefox'] };

// Nothing but the page under test may talk to the network.
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where the browser is, or null: then the caller skips, or fails if it must not. @param {BrowserName} browserName */
export function findBrowser(browserName) {
  if (browserName === 'webkit') return findWebKit();
  return NAMES[browserName].map(which).find((path) => path !== null) ?? null;
}

/** @param {BrowserName} browserName */
export async function launch(browserName) {
  if (browserName === 'webkit') return /** @type {import('puppeteer-core').Browser} */ (await launchWebKit());
  const executablePath = findBrowser(browserName);
  if (!executablePath) throw new Error(`no ${browserName} on the PATH (tried ${NAMES[browserName].join(', ')})`);
  return browserName === 'firefox'
    ? puppeteer.launch({ browser: 'firefox', executablePath })
    : puppeteer.launch({ browser: 'chrome', executablePath, args: QUIET });
}
