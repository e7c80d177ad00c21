// Owns: the handler of HTTP that a C program is, as the web has it: app.fetch; what C sees of a request, the responses that it makes.
// Must not know: who calls it, or how bodies cross (fetch.ts, web_stream.ts). Its other half is wasm/js/http.c. Loaded only for
// modules with a CAW_HTTP_HANDLER.

import { CawError } from '../base/errors.ts';
import type { Failures } from '../bridge/failures.ts';
import { describe, field, what } from '../base/look.ts';
import type { Machine, Pointer } from '../base/machine.ts';
import { pack } from '../bridge/wire.ts';

/** A handler, as Deno.serve, Bun.serve, workerd and service workers take one. */
export type Fetch = (request: Request, env?: unknown, context?: unknown) => Promise<Response>;

/** The function of http.c. */
const CALL = 'caw__http_request';

const given = new WeakMap<Request, readonly [env: unknown, context: unknown]>();

/** Firefox has no streams of requests: there the body is one chunk. None is an empty one. */
function bodyOf(request: Request): ReadableStream<Uint8Array> {
  return (
    request.body ??
    new ReadableStream<Uint8Array>({
      async start(controller) {
        const bytes = request.body === undefined ? new Uint8Array(await request.arrayBuffer()) : new Uint8Array();
        if (bytes.length) controller.enqueue(bytes);
        controller.close();
      },
    })
  );
}

/** @internal */
export function httpImports(machine: Machine, { fail, handle }: Failures): WebAssembly.ModuleImports {
  const { handles } = machine;
  const listed = new WeakMap<object, [string, string][]>();

  function headers(request: Request): [string, string][] {
    let list = listed.get(request);
    if (!list) listed.set(request, (list = [...request.headers]));
    return list;
  }

  return {
    http_response: (at: Pointer) =>
      handle(() => {
        const field = (index: number) => machine.word((at >>> 0) + 4 * index);
        const list: [string, string][] = [];
        for (let pair = field(2); pair && machine.word(pair); pair += 8)
          list.push([machine.name(machine.word(pair)), machine.name(machine.word(pair + 4))]);
        if (field(1)) list.push(['content-type', machine.name(field(1))]);
        const bytes = field(4) ? machine.bytes().slice(field(3), field(3) + field(4)) : null;
        const body = field(5) ? (handles.get(field(5)) as ReadableStream) : bytes;
        return new Response(body, { status: field(0), headers: list });
      }),
    http_header(id: number, index: number) {
      try {
        const pair = headers(handles.get(id) as Request)[index >>> 0];
        if (!pair) return 0;
        const [name, value] = pair.map((text) => pack(machine, 's', text));
        name!(machine, machine.scratch);
        value!(machine, machine.scratch + 16);
        return 1;
      } catch (error) {
        return fail(error);
      }
    },
    http_body: (id: number) => handle(() => bodyOf(handles.get(id) as Request)),
    http_given: (id: number, context: number) => handle(() => given.get(handles.get(id) as Request)?.[context ? 1 : 0]),
  };
}

/** Takes the function of C's out of the exported ones, and gives the handler that it is; undefined: there is none. @internal */
export function handler(machine: Machine, exports: Record<string, (...args: never[]) => unknown>): Fetch | undefined {
  const call = exports[CALL] as unknown as (request: Request, options: { signal?: AbortSignal }) => Promise<Response>;
  if (!call) return undefined;
  delete exports[CALL];

  return async (request, env, context) => {
    // By shape: undici's, another realm's and a mock's are requests as well.
    if (typeof field(request, 'method') !== 'string' || typeof field(request, 'arrayBuffer') !== 'function')
      throw new TypeError(`app.fetch: expected a Request, got ${what(request)}`);
    if (env !== undefined || context !== undefined) given.set(request, [env, context]);
    const { signal } = request; // some hosts' have none
    try {
      const response = await call(request, signal ? { signal } : {});
      if (typeof field(response, 'status') === 'number') return response;
      throw new CawError('TypeError', `the handler returned ${what(response)}, not a response`);
    } catch (error) {
      if (signal?.aborted) throw error; // nobody waits for a response any more
      const stack = describe(field(error, 'stack'));
      const told = stack.startsWith(describe(error)) ? stack : `${describe(error)}\n${stack}`; // WebKit's has frames alone
      machine.report(`cawait: the CAW_HTTP_HANDLER failed: ${told}`, 2);
      return new Response('Internal Server Error\n', { status: 500, headers: { 'content-type': 'text/plain' } });
    }
  };
}
