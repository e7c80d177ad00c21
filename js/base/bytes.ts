// Owns: the bytes behind a value of the program's: buffers and views of any realm, shared, resizable or gone.
// Must not know: where they go.

import type { Machine } from './machine.ts';

const { isView } = ArrayBuffer;

const getter = (prototype: object, name: string) =>
  Object.getOwnPropertyDescriptor(prototype, name)!.get as (this: unknown) => never;
const Typed = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;
const views = [Typed, DataView.prototype].map((prototype) => ({
  buffer: getter(prototype, 'buffer') as (this: unknown) => ArrayBuffer,
  byteOffset: getter(prototype, 'byteOffset') as (this: unknown) => number,
  byteLength: getter(prototype, 'byteLength') as (this: unknown) => number,
}));
const tag = getter(Typed, Symbol.toStringTag as never) as (this: unknown) => string | undefined;
const { copyWithin } = Typed;
const bufferLength = getter(ArrayBuffer.prototype, 'byteLength') as (this: unknown) => number;

/** What kind of typed array it is, of whatever realm: 'Float64Array'; undefined if it is none. */
export const tagOf = (value: unknown): string | undefined => tag.call(value);

/**
 * The bytes that a value is, or is a view of, whichever realm it is from; undefined if it is none. Runs none of the program's code:
 * what a view says of itself may lie. A TypeError, if they are gone.
 */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isView(value)) {
    const typed = tag.call(value) !== undefined;
    const { buffer, byteOffset, byteLength } = views[typed ? 0 : 1]!;
    try {
      // Throws if there is nothing behind it any more. It moves nothing, but no engine leaves it out, as JavaScriptCore does keys().
      if (typed) copyWithin.call(value as Uint8Array, 0, 0, 0);
      return new Uint8Array(buffer.call(value), byteOffset.call(value), byteLength.call(value));
    } catch {
      throw new TypeError('its buffer was detached, or is too short now');
    }
  }
  let size;
  try {
    size = bufferLength.call(value);
  } catch {
    return undefined;
  }
  try {
    return new Uint8Array(value as ArrayBuffer, 0, size);
  } catch {
    throw new TypeError('its buffer was detached');
  }
}

/** Bytes of the module's own memory are gone when it grows, as it may when room is made for a copy of them, or of others. */
export function apart(machine: Machine, bytes: Uint8Array): Uint8Array {
  return bytes.buffer === machine.bytes().buffer ? bytes.slice() : bytes;
}
