// Thousands of jobs of all kinds together, cancelled at random, some of which trap or hang: each has one outcome (npm run soak: a million).

import test from 'node:test';
import assert from 'node:assert/strict';
import { KINDS, storm } from '../../soak/storm.mjs';
import { start } from '../harness.mjs';

const source = new URL('../../soak/jobs.c', import.meta.url);

for (const kind of /** @type {(keyof typeof KINDS)[]} */ (Object.keys(KINDS)))
  test(`each of thousands of jobs has its outcome, ${kind}`, async () => {
    const { app } = await start(source);
    const counts = (await storm(app, kind, 3000, 1)).match(/\d+/g)?.map(Number) ?? [];
    assert.equal(counts.length, 4);
    assert.ok(counts.slice(0, 3).every((count) => count > 100));
    await app[Symbol.asyncDispose]();
  });
