// Owns: UTF-8 for places whose host has no codec: as TextEncoder and TextDecoder do it, a byte order mark kept.
// Must not know: what is written or read.

import type { Decoder, Encoder } from './text.ts';

/** First bytes, by how many follow. */
const LEADS = [0, 0xc0, 0xe0, 0xf0];

export class Utf8Encoder implements Encoder {
  encode(text: string): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(3 * text.length);
    let size = 0;
    for (const character of text) {
      let point = character.codePointAt(0)!;
      if (point >= 0xd800 && point < 0xe000) point = 0xfffd; // half of a pair
      if (point < 0x80) bytes[size++] = point;
      else {
        const more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
        bytes[size++] = LEADS[more]! | (point >> (6 * more));
        for (let n = more - 1; n >= 0; n--) bytes[size++] = 0x80 | ((point >> (6 * n)) & 0x3f);
      }
    }
    return bytes.slice(0, size);
  }
}

export class Utf8Decoder implements Decoder {
  // A character that has begun: how many bytes are missing, what is known of it, and what the next byte may be.
  private missing = 0;
  private point = 0;
  private least = 0x80;
  private most = 0xbf;

  decode(bytes: Uint8Array = new Uint8Array(), { stream = false } = {}): string {
    let text = '';
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (this.missing) {
        const good = byte >= this.least && byte <= this.most;
        this.least = 0x80;
        this.most = 0xbf;
        if (good) {
          this.point = (this.point << 6) | (byte & 0x3f);
          if (!--this.missing) text += String.fromCodePoint(this.point);
        } else {
          this.missing = 0;
          text += '\ufffd';
          at--; // it may begin another
        }
      } else if (byte < 0x80) text += String.fromCharCode(byte);
      else if (byte < 0xc2 || byte > 0xf4) text += '\ufffd';
      else {
        this.missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
        this.point = byte & (0x3f >> this.missing);
        // No shorter form would do, no half of a pair, nothing past U+10FFFF.
        if (byte === 0xe0) this.least = 0xa0;
        else if (byte === 0xf0) this.least = 0x90;
        else if (byte === 0xed) this.most = 0x9f;
        else if (byte === 0xf4) this.most = 0x8f;
      }
    }
    if (!stream && this.missing) {
      this.missing = 0;
      this.least = 0x80;
      this.most = 0xbf;
      text += '\ufffd';
    }
    return text;
  }
}
