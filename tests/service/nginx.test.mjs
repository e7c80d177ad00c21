// Four `wasmtime serve` behind nginx, one of which is killed under load: no request is lost that nginx may give to another.
// Run by the wasip3 leg, with CAWAIT_JCO.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { which } from '../command.mjs';
import { built, serve } from './serve.mjs';

const NGINX = which('nginx') ?? (existsSync('/usr/sbin/nginx') ? '/usr/sbin/nginx' : null);
const REQUESTS = 800;

/** @param {string} folder @param {string[]} urls */
const configuration = (folder, urls) => `
daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/errors warn;
events { worker_connections 1024; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((what) => `${what}_temp_path ${folder}/${what};`).join(' ')}
  upstream services {
    ${urls.map((url) => `server ${url.slice('http://'.length)} max_fails=1 fail_timeout=60s;`).join(' ')}
    keepalive 32;
  }
  server {
    listen unix:${folder}/socket;
    location / {
      proxy_pass http://services;
      proxy_http_version 1.1;
      proxy_set_header connection "";
      proxy_next_upstream error timeout http_502 http_503;
    }
  }
}
`;

/** nginx in front of those, listening at a socket in the folder. @param {string} folder @param {string[]} urls */
async function balance(folder, urls) {
  writeFileSync(join(folder, 'conf'), configuration(folder, urls));
  const listens = new AbortController();
  const child = spawn(/** @type {string} */ (NGINX), ['-c', join(folder, 'conf'), '-e', join(folder, 'errors')]);
  let said = '';
  child.stderr.on('data', (text) => void (said += text));
  const closed = new Promise((resolve) => child.on('close', resolve));
  await new Promise((resolve, reject) => {
    const look = () => existsSync(join(folder, 'pid')) && resolve(undefined);
    watch(folder, { signal: listens.signal }, look).on('error', () => {});
    void closed.then(() => reject(new Error(`nginx has ended: ${said}`)));
    look();
  }).finally(() => listens.abort());
  return async () => {
    child.kill('SIGQUIT');
    await closed;
  };
}

test('one of four is killed under load', { skip: NGINX ? false : 'apt-get install nginx-light' }, async (t) => {
  const module = await built('tests/service/service.c');
  const servers = await Promise.all(Array.from({ length: 4 }, () => serve('wasmtime', module)));
  t.after(() => Promise.all(servers.map((server) => server.stop())));
  const folder = mkdtempSync(join(tmpdir(), 'cawait-nginx-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const stop = await balance(
    folder,
    servers.map(({ url }) => url),
  );
  t.after(stop);

  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  /** @param {string} path @returns {Promise<string>} status and body, or how it broke */
  const ask = (path) =>
    new Promise((resolve) => {
      const socketPath = join(folder, 'socket');
      get({ socketPath, path, agent }, async (response) => {
        let text = `${response.statusCode} `;
        response.setEncoding('utf8').on('error', (error) => resolve(String(error)));
        for await (const part of response) text += part;
        resolve(text);
      }).on('error', (error) => resolve(String(error)));
    });

  let begun = 0;
  /** @type {Map<string, number>} */
  const answers = new Map();
  let killed = Promise.resolve();
  const client = async () => {
    while (begun < REQUESTS) {
      const number = begun++;
      if (number === REQUESTS / 4) killed = /** @type {typeof servers[0]} */ (servers[0]).stop('SIGKILL');
      const answer = await ask(`/wait?ms=${number % 4}`);
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 32 }, client));
  await killed;
  assert.deepEqual([...answers], [['200 waited', REQUESTS]]);
  assert.match(
    readFileSync(join(folder, 'errors'), 'utf8'),
    /while (connecting to|reading response header from) upstream/,
  );
});
