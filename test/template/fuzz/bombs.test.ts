import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { Exploded } from './bomb-worker.ts';
import codes from './bomb-codes.json' with { type: 'json' };

/** MiB that JavaScript may have; each bomb would take all there is. */
const MOST_MEMORY = 250;
/** Of processor time. A machine that does much else is slower even by that measure, hence more in CI. */
const MOST_MILLISECONDS = process.env['KILN_LONG_TESTS'] === '1' ? 2000 : 6000;

describe('a template bomb', () => {
  it('ends soon, in the complaint that is meant for it, and within little memory', { timeout: 300_000 }, async () => {
    const results: Exploded[] = [];
    const worker = new Worker(new URL('./bomb-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY },
    });
    worker.on('message', (exploded: Exploded) => results.push(exploded));
    await once(worker, 'exit');
    // Those without a code are large and nothing else.
    expect(Object.fromEntries(results.map((each) => [each.name, each.codes]))).toEqual(codes);
    expect(results.filter(({ milliseconds }) => milliseconds > MOST_MILLISECONDS)).toEqual([]);
  });
});
