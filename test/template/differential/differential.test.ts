import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareWithPacker, packer } from './beside-packer.ts';
import { samples } from './templates.ts';

const LANES = 2;

/** Packer reads a template for `validate -syntax-only` as it does for `inspect`: that is checked for some, or for all. */
const everyCommand = process.env['KILN_TEST_ALL'] === 'true';

let directory: string;
let packerVersion: string | undefined;

const lanePath = (lane: number): string => join(directory, String(lane));

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kiln-differential-'));
  for (let lane = 0; lane < LANES; lane++) await mkdir(lanePath(lane));
  packerVersion = (await packer(lanePath(0), ['version'])).output.split('\n')[0];
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

describe('beside Packer 1.6.6', () => {
  test(
    'Kiln accepts, refuses and inspects the same templates, but for the documented supersets',
    { timeout: 300_000 },
    async (context) => {
      if (packerVersion === undefined || packerVersion === '') {
        expect(process.env['CI'], 'packer has to be installed for this test').not.toBe('true');
        context.skip('packer is not installed');
      }
      expect(packerVersion).toBe('Packer v1.6.6');
      expect(samples.length).toBeGreaterThanOrEqual(400);
      const disagreements: string[] = [];
      const queue = [...new Map(samples.map((sample) => [sample.text, sample])).values()];
      const work = async (lane: number): Promise<void> => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          const alsoValidate = everyCommand || queue.length % 8 === 0;
          const { disagreement } = await compareWithPacker(next.text, lanePath(lane), alsoValidate);
          if (disagreement !== undefined) disagreements.push(`${next.name}\n${next.text}\n${disagreement}`);
        }
      };
      await Promise.all(Array.from({ length: LANES }, (_, lane) => work(lane)));
      expect(disagreements).toEqual([]);
    },
  );
});
