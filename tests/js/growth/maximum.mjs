// Modules whose memory has an end.
// It must not know what is in them.

import assert from 'node:assert/strict';

/** The module with a limit on its memory, in pages of 64 KiB: section 5 is written anew. @param {Uint8Array} bytes @param {number} pages */
export function withMaximum(bytes, pages) {
  for (let at = 8; at < bytes.length;) {
    const id = bytes[at];
    let size = 0;
    let shift = 0;
    let end = at + 1;
    for (;;) {
      const byte = bytes[end++] ?? 0;
      size |= (byte & 127) << shift;
      shift += 7;
      if (byte < 128) break;
    }
    if (id === 5) {
      const least = bytes[end + 2] ?? 0;
      assert.equal(bytes[end + 1], 0, 'no maximum yet');
      assert.ok(least < pages && pages < 128);
      const memory = [5, 4, 1, 1, least, pages];
      return new Uint8Array([...bytes.subarray(0, at), ...memory, ...bytes.subarray(end + size)]);
    }
    at = end + size;
  }
  return assert.fail('no memory section');
}
