// Owns: HTTP for C: fetch, and reading a response as text, bytes or chunk by chunk.
// Must not know: how a promise reaches C (promise.ts). Its other half is wasm/js/fetch.c.

import { bound, inside } from './failures.ts';
import type { Machine, Pointer } from './machine.ts';
import type { Promises } from './promise.ts';

const TEXT = 0;
const BYTES = 1;
const RESPONSE = 'j'.charCodeAt(0);
const STRING = 't'.charCodeAt(0);
const NOTHING = new Uint8Array();

/** By shape: those of undici, of another realm or of a mock are responses as well. */
function isResponse(value: unknown): value is Response {
  try {
    const { text, arrayBuffer } = value as Response;
    return typeof text === 'function' && typeof arrayBuffer === 'function';
  } catch {
    return false; // null, undefined, or what throws when it is looked at
  }
}

export function fetchImports(
  machine: Machine,
  awaited: Promises,
  fail: (error: unknown) => 0,
): WebAssembly.ModuleImports {
  // What aborts the transfer behind a response, and who reads it in chunks; both go with it.
  const controllers = new WeakMap<Response, AbortController>();
  const readers = new WeakMap<Response, ReadableStreamDefaultReader<Uint8Array>>();

  async function request(url: string, init: RequestInit, controller: AbortController): Promise<Response> {
    const response = await fetch(url, { ...init, signal: controller.signal });
    controllers.set(response, controller);
    return response;
  }

  function readerOf(response: Response): ReadableStreamDefaultReader<Uint8Array> | undefined {
    let reader = readers.get(response);
    if (!reader && response.body) readers.set(response, (reader = response.body.getReader()));
    return reader;
  }

  async function chunk(response: Response): Promise<Uint8Array> {
    const reader = readerOf(response);
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true };
      if (done) return NOTHING;
      if (value.length) return value; // an empty one would be taken for the end
    }
  }

  /** The whole body of a response with nothing to abort: by a reader of ours, for only that can cancel it. */
  async function whole(response: Response): Promise<Uint8Array> {
    if (response.bodyUsed) throw new TypeError('the body has been read');
    const parts: Uint8Array[] = [];
    for (let part; (part = await chunk(response)).length > 0;) parts.push(part);
    return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
  }

  /** Ends the transfer, and whatever reads the body. */
  function cancel(response: Response): void {
    controllers.get(response)?.abort();
    const ended = readers.get(response)?.cancel() ?? (response.body?.locked ? undefined : response.body?.cancel());
    ended?.catch(() => {});
  }

  /** What a read gives, of a response that may be anybody's. */
  function read(response: Response, how: number): Promise<unknown> {
    if (how !== TEXT && how !== BYTES) return chunk(response);
    if (controllers.has(response) || !response.body) return how === TEXT ? response.text() : response.arrayBuffer();
    return whole(response).then((bytes) => (how === TEXT ? new TextDecoder().decode(bytes) : bytes));
  }

  return {
    fetch(future: Pointer, at: Pointer) {
      try {
        const view = machine.view();
        const field = (index: number) => view.getUint32((at >>> 0) + 4 * index, true);
        const text = (index: number) => machine.text(field(index), field(index + 4));
        const init: RequestInit = {};
        if (field(1)) init.method = text(1);
        if (field(2)) init.redirect = text(2) as RequestRedirect;
        if (field(3)) init.body = machine.bytes().slice(field(3), field(3) + field(7));
        if (field(8)) {
          const headers: [string, string][] = [];
          for (let pair = field(8); view.getUint32(pair, true); pair += 8)
            headers.push([machine.name(view.getUint32(pair, true)), machine.name(view.getUint32(pair + 4, true))]);
          init.headers = headers;
        }
        const controller = new AbortController();
        const asked = inside(machine, () => request(text(0), init, controller));
        return awaited.watch(future, asked, bound(machine, controller), RESPONSE);
      } catch (error) {
        return fail(error);
      }
    },
    fetch_read(future: Pointer, id: number, how: number) {
      try {
        const response = machine.handles.get(id);
        if (!isResponse(response)) throw new TypeError('caw_response: expected a Response');
        const whole = inside(machine, () => read(response, how));
        return awaited.watch(future, whole, bound(machine, { abort: () => cancel(response) }), STRING);
      } catch (error) {
        return fail(error);
      }
    },
    fetch_cancel(id: number) {
      try {
        const response = machine.handles.get(id);
        if (isResponse(response)) cancel(response);
      } catch {
        // Whatever a mock says to it: C gives the body up in any case.
      }
    },
  };
}
