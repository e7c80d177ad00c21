// The webkit leg: in WebKitGTK the places, the bridge's tests, the conformance suite and the gallery's lessons. The demo pages are used with
// keys, which the other browsers' driver has.

import { browserLeg } from '../browsers.mjs';

const CHECKS = ['bridge', 'core', 'lessons', 'places'];

export const { needs, run } = browserLeg('webkit', 'install webkit2gtk-driver, xvfb and xauth', (check) =>
  CHECKS.includes(check),
);
