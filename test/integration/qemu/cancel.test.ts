import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CancelledError } from '../../../core/errors/errors.ts';
import { bake, leftovers, newHome, reasonToSkip, tinyOptions } from './bake.ts';
import type { SmallBuild } from './small-build-run.ts';

const moments = [
  ['find source', 0],
  ['choose accelerator', 0],
  ['create disk', 5],
  ['start machine', 0],
  ['start machine', 60],
  ['connect', 0],
  ['connect', 1500],
  ['shut down', 300],
  ['save image', 30],
] as const;

describe.skipIf(reasonToSkip() !== undefined)('Ctrl-C', { timeout: 120_000 }, () => {
  it.each(moments)('in the step "%s", %d ms after its start, leaves nothing', async (step, after) => {
    const home = newHome();
    let small: SmallBuild | undefined;
    const { error } = await bake(
      tinyOptions(home, { accelerator: 'auto', iso_checksum: 'none' }),
      {
        home,
        onStep: (name) => {
          if (name === step) void delay(after).then(() => small?.cancel());
        },
      },
      (built) => {
        small = built;
      },
    );
    expect(error).toBeInstanceOf(CancelledError);
    expect(leftovers(home)).toEqual([]);
  });
});
