// Owns: app.fetch as a listener of Node's HTTP servers.
// Must not know: what answers; any handler of the web's shape will do.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

type Handler = (request: Request) => Promise<Response> | Response;

/** Whose address is not one, or whose method fetch forbids (CONNECT, TRACE). */
class BadRequest extends Error {}

function requestOf(message: IncomingMessage, signal: AbortSignal): Request {
  const { headers: raw, method = 'GET', url = '/', socket } = message;
  const scheme = (socket as { encrypted?: boolean }).encrypted ? 'https' : 'http'; // Bun's says so of each, by false
  const headers = new Headers();
  for (let n = 0; n < message.rawHeaders.length; n += 2) {
    const name = message.rawHeaders[n]!;
    if (!name.startsWith(':')) headers.append(name, message.rawHeaders[n + 1]!); // HTTP/2 has others in front
  }
  const init: RequestInit & { duplex?: 'half' } = { method, headers, signal };
  try {
    if (/^(CONNECT|TRACE|TRACK)$/i.test(method)) throw new TypeError(`${method} is no method of fetch's`); // to all but Bun
    if (method !== 'GET' && method !== 'HEAD') {
      init.body = Readable.toWeb(message) as unknown as ReadableStream<Uint8Array>;
      init.duplex = 'half';
    }
    const host = raw.host ?? raw[':authority'] ?? `${socket.localAddress}:${socket.localPort}`;
    const base = new URL(`${scheme}://${host}`);
    if (base.href !== `${base.origin}/`) throw new TypeError(`${host} is no host`); // but a user's name, or a path
    if (url.startsWith('/')) return new Request(base.origin + url, init); // `//x/y` is a path here, and no other host
    return new Request(/^[a-z]+:\/\//i.test(url) ? url : new URL(url, base), init);
  } catch (error) {
    throw new BadRequest(String(error));
  }
}

/** What every fetch decodes is one of these; what Node's does, several, too. */
function isDecodable(encoding: string | null): boolean {
  const codings = encoding?.split(',') ?? [];
  const { deno, bun } = process.versions;
  const most = deno || bun ? 1 : Infinity;
  return (
    codings.length > 0 && codings.length <= most && codings.every((one) => /^\s*((x-)?gzip|deflate|br)\s*$/i.test(one))
  );
}

function mismatch(how: string): Error {
  console.error(`cawait/node-http: a body is ${how} than its content-length says: it was broken off`);
  return new Error(how);
}

/** What of a body the connection does not take at once waits. Bytes beyond the length that was announced would be the next response's. */
async function send(body: ReadableStream<Uint8Array>, response: ServerResponse, length: string | null): Promise<void> {
  let left = length === null ? Infinity : Number(length);
  const reader = body.getReader();
  let go = () => {};
  response.once('close', () => {
    go();
    reader.cancel().catch(() => {});
  });
  response.on('drain', () => go());
  for (;;) {
    const { done, value } = await reader.read();
    if (response.destroyed) return;
    if (done && left > 0 && left !== Infinity) throw mismatch('shorter');
    if (done) return;
    left -= value.byteLength;
    if (left < 0) throw mismatch('longer');
    if (!response.write(value)) await new Promise<void>((resolve) => (go = resolve));
  }
}

/**
 * A listener for node:http, node:https and node:http2:
 *
 *     import { createServer } from 'node:http';
 *     import { load } from 'cawait';
 *     import { listener } from 'cawait/node-http';
 *     const app = await load(new URL('./app.wasm', import.meta.url));
 *     createServer(listener(app.fetch)).listen(8080);
 *
 * The request's signal is aborted when the client goes before its response is sent. A handler that rejects is a response of 500; a body
 * that breaks, or is of another length than its content-length, ends the connection, so that nobody takes what came for all of it. A
 * request without a proper address is one of 400.
 */
export function listener(handler: Handler): (message: IncomingMessage, response: ServerResponse) => void {
  return async (message, response) => {
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    let answer: Response;
    try {
      answer = await handler(requestOf(message, gone.signal));
    } catch (error) {
      if (response.destroyed) return;
      response.writeHead(error instanceof BadRequest ? 400 : 500, { 'content-type': 'text/plain' });
      response.end(error instanceof BadRequest ? 'Bad Request\n' : 'Internal Server Error\n');
      return;
    }
    const { status, statusText, headers, body } = answer;
    if (response.destroyed) {
      await body?.cancel().catch(() => {});
      return;
    }
    response.statusCode = status;
    if (statusText) response.statusMessage = statusText;
    // What fetch gave it has decoded, and left the headers as they came.
    const isDecoded = !!answer.url && isDecodable(headers.get('content-encoding'));
    const isOver = (name: string) => isDecoded && /^content-(encoding|length)$/.test(name);
    for (const [name, value] of headers) if (name !== 'set-cookie' && !isOver(name)) response.setHeader(name, value);
    const cookies = headers.getSetCookie();
    if (cookies.length) response.setHeader('set-cookie', cookies);
    try {
      const length = isDecoded ? null : headers.get('content-length');
      if (message.method === 'HEAD') await body?.cancel();
      else if (body) await send(body, response, length);
      else if (Number(length) > 0 && status !== 304) throw mismatch('shorter'); // that says how long the one is which it stands for
      response.end();
    } catch {
      response.destroy(); // the handler's side knows why
    }
  };
}
