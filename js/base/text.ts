// Owns: UTF-8 between JavaScript and C: by the host's own codec, or the one that was put in its place.
// Must not know: what is written or read.

export interface Decoder {
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string;
}
export interface Encoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}

export const hasCodec = 'TextDecoder' in globalThis;

/** One that keeps half a character until the rest comes. Bytes that are no UTF-8 become U+FFFD, a byte order mark is a character. */
export let newDecoder: () => Decoder;
export let decoder: Decoder;
export let encoder: Encoder;

export function codec(
  Decoder: new (label: string, options: { ignoreBOM: boolean }) => Decoder,
  Encoder: new () => Encoder,
): void {
  newDecoder = () => new Decoder('utf-8', { ignoreBOM: true });
  decoder = newDecoder();
  encoder = new Encoder();
}

if (hasCodec) codec(TextDecoder, TextEncoder);
