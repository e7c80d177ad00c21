// Owns: HTTP for C: fetch, and reading a response as text, bytes or chunk by chunk.
// Must not know: how a promise reaches C (promise.ts). Its other half is wasm/js/fetch.c.

import { bytesOf } from '../base/bytes.ts';
import { Draft } from '../bridge/draft.ts';
import { bound, inside } from '../bridge/failures.ts';
import type { Machine, Pointer } from '../base/machine.ts';
import type { Promises } from '../bridge/promise.ts';
import { what } from '../base/look.ts';
import { encoder, newDecoder } from '../base/text.ts';
import type { Outlet } from './web_stream.ts';
import { mismatch } from '../bridge/wire.ts';

// Taken before a test's environment puts another in its place: the host's fetch knows its own signals alone.
const { AbortController } = globalThis;

const TEXT = 0;
const BYTES = 1;
const RESPONSE = 'j'.charCodeAt(0);
const STRING = 't'.charCodeAt(0);
const NOTHING = new Uint8Array();
/** Of what is said to come: for more there must be some of it first. */
const MOST_EXPECTED = 2 ** 28;

/** By shape: those of undici, of another realm or of a mock are responses as well. */
function isResponse(value: unknown): value is Response {
  try {
    const { text, arrayBuffer } = value as Response;
    return typeof text === 'function' && typeof arrayBuffer === 'function';
  } catch {
    return false; // null, undefined, or what throws when it is looked at
  }
}

const NO_STREAMS =
  "caw_fetch_stream: this browser's fetch sends no streams: give the body as a whole (caw_fetch, .body)";

/** Firefox, for one, makes text of a stream, '[object ReadableStream]', and says so by its type. Others that cannot refuse it in fetch. */
function sendsStreams(): boolean {
  const init = { method: 'POST', body: new ReadableStream(), duplex: 'half' };
  return !new Request('data:,', init).headers.has('content-type');
}

export function fetchImports(
  machine: Machine,
  awaited: Promises,
  fail: (error: unknown) => 0,
): WebAssembly.ModuleImports {
  // What aborts the transfer behind a response, and who reads it in chunks; both go with it.
  const controllers = new WeakMap<Response, AbortController>();
  const readers = new WeakMap<Response, ReadableStreamDefaultReader<Uint8Array>>();

  // What C fills with a request's body, until its response has been read: not every host says when it takes no more.
  const outlets = new WeakMap<Response, Outlet>();

  async function request(
    url: string,
    init: RequestInit & { duplex?: 'half' },
    controller: AbortController,
    outlet: Outlet | undefined,
  ): Promise<Response> {
    try {
      if (outlet) {
        if (!sendsStreams()) throw new TypeError(NO_STREAMS);
        init.body = outlet.stream;
        init.duplex = 'half';
      }
      const response = await fetch(url, { ...init, signal: controller.signal });
      if (!isResponse(response)) throw new TypeError(`fetch gave ${what(response)}, not a Response`);
      controllers.set(response, controller);
      if (outlet) outlets.set(response, outlet);
      return response;
    } catch (error) {
      outlet?.gone();
      throw error;
    }
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
      if (done) {
        outlets.get(response)?.gone();
        return NOTHING;
      }
      const bytes = bytesOf(value);
      if (!bytes) throw mismatch('y', value);
      if (bytes.length) return bytes; // an empty one would be taken for the end
    }
  }

  /** The whole body, piece by piece, straight into C's memory; `draft` is set as long as C does not have it. */
  async function whole(response: Response, how: number, state: { over: boolean; draft?: Draft }): Promise<Draft> {
    if (response.bodyUsed) throw new TypeError('the body has been read');
    const headers = response.headers as Headers | undefined; // a mock has none
    // Packed, it has another length; and what is said to come need not, nor be a length.
    const expected = headers?.get('content-encoding') ? 0 : Number(headers?.get('content-length'));
    const draft = (state.draft = new Draft(machine, expected > 0 && expected <= MOST_EXPECTED ? expected : 0));
    const decoder = how === TEXT ? newDecoder() : undefined;
    let first = true;
    const decode = (part?: Uint8Array) => {
      const text = decoder!.decode(part, { stream: part !== undefined });
      const marked = first && text.startsWith('\ufeff');
      first &&= !text;
      draft.write(encoder.encode(marked ? text.slice(1) : text));
    };
    try {
      for (let part; (part = await chunk(response)).length > 0;) {
        if (machine.ended) throw machine.ended;
        if (state.over) break;
        if (decoder) decode(part);
        else draft.write(part);
      }
      if (decoder && !state.over) decode();
      return state.over ? draft : draft.end();
    } catch (error) {
      draft.drop();
      throw error;
    }
  }

  /** Ends the transfer, and whatever reads the body. */
  function cancel(response: Response): void {
    outlets.get(response)?.gone();
    controllers.get(response)?.abort();
    const ended = readers.get(response)?.cancel() ?? (response.body?.locked ? undefined : response.body?.cancel());
    ended?.catch(() => {});
  }

  /** What a read gives, of a response that may be anybody's, and what gives it up. */
  function read(response: Response, how: number): { promise: Promise<unknown>; abort(): void } {
    const state: { over: boolean; draft?: Draft } = { over: false };
    const abort = () => {
      state.over = true;
      state.draft?.drop();
      cancel(response);
    };
    if (how !== TEXT && how !== BYTES) return { promise: chunk(response), abort };
    if (response.body) return { promise: whole(response, how, state), abort };
    return { promise: how === TEXT ? response.text() : response.arrayBuffer(), abort }; // nothing to read, or a mock
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
        const outlet = field(9) ? (machine.handles.get(field(9)) as Outlet) : undefined;
        const asked = inside(machine, () => request(text(0), init, controller, outlet));
        return awaited.watch(future, asked, bound(machine, controller), RESPONSE);
      } catch (error) {
        return fail(error);
      }
    },
    fetch_read(future: Pointer, id: number, how: number) {
      try {
        const response = machine.handles.get(id);
        if (!isResponse(response)) throw new TypeError('caw_response: expected a Response');
        const { promise, abort } = inside(machine, () => read(response, how));
        return awaited.watch(future, promise, bound(machine, { abort }), STRING);
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
