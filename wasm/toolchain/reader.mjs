// What the binary format of WebAssembly, of modules and of objects, is made of: numbers and texts, read one after another.
// It must not know what they say.

/** @param {Uint8Array} bytes */
export function reader(bytes) {
  return {
    at: 0,
    /** A LEB128 without a sign. */
    number() {
      let value = 0;
      for (let scale = 1; ; scale *= 128) {
        const byte = this.byte();
        value += (byte & 0x7f) * scale;
        if (byte < 0x80) return value;
      }
    },
    /** One with a sign, of up to 32 bits, as an address. */
    signed() {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = this.byte();
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80) return (shift < 28 && byte & 0x40 ? value | (~0 << (shift + 7)) : value) >>> 0;
      }
    },
    text() {
      const length = this.number();
      return Buffer.from(bytes.subarray(this.at, (this.at += length))).toString();
    },
    byte() {
      const byte = bytes[this.at++];
      if (byte === undefined) throw new RangeError('it ends in the middle');
      return byte;
    },
  };
}
