// The firefox leg: everything under tests/browser in Firefox, but the lessons, which the gallery's page shows, and Chromium's DevTools.

import { browserLeg } from '../browsers.mjs';

export const { needs, run } = browserLeg(
  'firefox',
  'install firefox-esr',
  (check) => !['lessons', 'devtools'].includes(check),
);
