// Owns: TLS of a socket, over Node's: who may be trusted, what a handshake has failed of.
// Must not know: how a socket works (tcp.ts).

import type { NetConnectOpts, Server, ServerOpts, Socket } from 'node:net';
import process from 'node:process';
import { negative } from '../base/errno.ts';

/** As caw__tls of src/host.h has it; a server has a certificate. */
export interface Secure {
  name?: string;
  ca?: string;
  cert?: string;
  key?: string;
}

/** What the last failure was about. */
export let failure = '';

/** Only who speaks TLS has it loaded. */
const tls = (): typeof import('node:tls') => process.getBuiltinModule('node:tls');

/** -errno of a connection that broke before it was there, or of a server that cannot be one: what is no failure of the system's is TLS's. */
export function refused(error: unknown): number {
  const number = negative(error);
  if (number !== negative('EIO')) return number;
  failure = String((error as Error).message ?? error).trim(); // OpenSSL's ends with a line end
  return negative('EPROTO');
}

/** Connections are those whose handshake is over. */
export const secureServer = ({ cert, key }: Secure, options: ServerOpts): Server =>
  tls().createServer({ cert, key, ...options });

export const CONNECTED = 'secureConnect';
export const ACCEPTED = 'secureConnection';

/** Its event is CONNECTED. */
export function secureConnect({ name = '', ca }: Secure, options: NetConnectOpts): Socket {
  const { checkServerIdentity, connect } = tls();
  const isName = !/^[\d.]+$|:/.test(name);
  return connect({
    ...options,
    ...(ca !== undefined && { ca }),
    ...(isName && { servername: name }),
    // The address is one of the name's, or another: it proves nothing.
    checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
  });
}
