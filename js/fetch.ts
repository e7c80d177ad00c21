// Owns: HTTP for C: fetch, and reading a response as text, bytes or chunk by chunk.
// Must not know: how a promise reaches C (promise.ts). Its other half is wasm/js/fetch.c.

import type { Machine, Pointer } from './machine.ts';
import type { Promises } from './promise.ts';

const TEXT = 0;
const BYTES = 1;
const RESPONSE = 'j'.charCodeAt(0);
const STRING = 't'.charCodeAt(0);
const NOTHING = new Uint8Array();

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

  async function chunk(response: Response): Promise<Uint8Array> {
    let reader = readers.get(response);
    if (!reader) {
      if (!response.body) return NOTHING;
      reader = response.body.getReader();
      readers.set(response, reader);
    }
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return NOTHING;
      if (value.length) return value; // an empty one would be taken for the end
    }
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
        return awaited.watch(future, request(text(0), init, controller), controller, RESPONSE);
      } catch (error) {
        return fail(error);
      }
    },
    fetch_read(future: Pointer, id: number, how: number) {
      try {
        const response = machine.handles.get(id);
        if (!(response instanceof Response)) throw new TypeError('caw_response: expected a Response');
        const reading = how === TEXT ? response.text() : how === BYTES ? response.arrayBuffer() : chunk(response);
        // A response that fetch did not give us (a cache's, a test's) has nothing to abort but its body.
        const abort = controllers.get(response) ?? { abort: () => void response.body?.cancel().catch(() => {}) };
        return awaited.watch(future, reading, abort, STRING);
      } catch (error) {
        return fail(error);
      }
    },
  };
}
