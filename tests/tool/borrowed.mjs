// What a process imports first that is to use another's compiler (compiler.mjs), the one at CAWAIT_TESTS_COMPILER.
// It must not know whose that is.

import childProcess from 'node:child_process';
import { EventEmitter } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import { connect } from 'node:net';
import { receive, send } from './compiler.mjs';

/** @import { Command } from '../../wasm/toolchain/clang-process.mjs' */

/** What looks like the compiler's process. */
class Borrowed extends EventEmitter {
  /** @param {string} path */
  constructor(path) {
    super();
    this.channel = connect(path);
    receive(this.channel, (answer) => this.emit('message', answer));
    this.channel.on('error', (error) => this.emit('error', error));
  }
  /** @param {Command} command */
  send(command) {
    send(this.channel, command);
  }
  ref() {
    this.channel.ref();
  }
  unref() {
    this.channel.unref();
  }
}

const path = process.env['CAWAIT_TESTS_COMPILER'] ?? '';
const { fork } = childProcess;
childProcess.fork = /** @type {typeof fork} */ (
  (/** @type {string} */ module, /** @type {any[]} */ ...rest) =>
    module.endsWith('clang-process.mjs') ? new Borrowed(path) : fork(module, ...rest)
);
syncBuiltinESMExports();
