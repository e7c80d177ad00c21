// The chromium leg: everything under tests/browser but the lessons, which the gallery's page shows, in Chromium.

import { browserLeg } from '../browsers.mjs';

export const { needs, run } = browserLeg('chromium', 'install chromium', (check) => check !== 'lessons');
