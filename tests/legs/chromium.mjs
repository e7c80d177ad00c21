// The chromium leg: everything under tests/browser in Chromium.

import { browserLeg } from '../browsers.mjs';

export const { needs, run } = browserLeg('chromium', 'install chromium');
