import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasErrors } from '../../../core/diagnostics/diagnostic.ts';
import { TemplateError } from '../../../core/errors/errors.ts';
import { inspectMachineText, inspectTemplate } from '../../../core/template/inspect.ts';
import { parseTemplate } from '../../../core/template/parse-template.ts';
import { templateSource } from '../../../core/template/read-template.ts';
import type { Template } from '../../../core/template/template.ts';
import { samples, type Sample } from './templates.ts';

const LANES = 2;

/** The cookie keeps Packer from starting itself a second time to catch its own panics: half the time a call. */
const environment = { CHECKPOINT_DISABLE: '1', PACKER_WRAP_COOKIE: '49C22B1A-3A93-4C98-97FA-E07D18C787B5' };

/** Packer reads a template for `validate -syntax-only` as it does for `inspect`: that is checked for some, or for all. */
const everyCommand = process.env['KILN_TEST_ALL'] === 'true';

let directory: string;
let packerVersion: string | undefined;

interface Ended {
  readonly status: number;
  readonly output: string;
}

async function packer(lane: number, args: readonly string[]): Promise<Ended> {
  const cwd = join(directory, String(lane));
  const env = { ...process.env, ...environment, PACKER_CONFIG_DIR: directory, HOME: directory };
  return new Promise((resolve) => {
    execFile('packer', [...args], { cwd, env }, (error, stdout) => {
      resolve({ status: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, output: stdout });
    });
  });
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kiln-differential-'));
  for (let lane = 0; lane < LANES; lane++) await mkdir(join(directory, String(lane)));
  packerVersion = (await packer(0, ['version'])).output.split('\n')[0];
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

function kiln(text: string): Template | undefined {
  try {
    const template = parseTemplate(templateSource('t.json', text));
    return hasErrors(template.findings) ? undefined : template;
  } catch (error) {
    if (error instanceof TemplateError) return undefined;
    throw error;
  }
}

/** Time stamps gone; the required variables, whose order is random in Packer, sorted. */
function comparable(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/^\d+/, ''));
  const start = lines.indexOf(',,ui,say,Required variables:\\n') + 1;
  const end = lines.indexOf(',,ui,say,', start);
  if (start === 0) return lines.join('\n');
  return [...lines.slice(0, start), ...lines.slice(start, end).sort(), ...lines.slice(end)].join('\n');
}

function isStrictJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The documented supersets: what Kiln reads and Packer refuses. */
function superset(sample: Sample, template: Template): string | undefined {
  if (!isStrictJson(sample.text)) return 'comments, trailing commas, byte order mark';
  if (template.findings.some((finding) => finding.code === 'VARIABLE_COERCED')) return 'number and boolean defaults';
  if ('$schema' in (template.source.value as object)) return '$schema';
  return undefined;
}

async function disagreement(sample: Sample, lane: number, alsoValidate: boolean): Promise<string | undefined> {
  const path = join(directory, String(lane), 't.json');
  await writeFile(path, sample.text);
  const template = kiln(sample.text);
  const theirs = await packer(lane, ['inspect', '-machine-readable', 't.json']);
  if (alsoValidate) {
    const { status } = await packer(lane, ['validate', '-syntax-only', 't.json']);
    if (status !== theirs.status) return 'Packer inspects what it calls invalid, or the other way round';
  }
  if (template === undefined) return theirs.status === 0 ? 'Packer accepts it, Kiln does not' : undefined;
  if (theirs.status !== 0)
    return superset(sample, template) === undefined ? 'Kiln accepts it, Packer does not' : undefined;
  // What cannot be encoded becomes U+FFFD on the way out.
  const ours = Buffer.from(comparable(inspectMachineText(inspectTemplate(template), 0))).toString();
  const same = ours === comparable(theirs.output);
  return same ? undefined : `inspect differs:\nPacker:\n${comparable(theirs.output)}\nKiln:\n${ours}`;
}

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
          const found = await disagreement(next, lane, everyCommand || queue.length % 8 === 0);
          if (found !== undefined) disagreements.push(`${next.name}\n${next.text}\n${found}`);
        }
      };
      await Promise.all(Array.from({ length: LANES }, (_, lane) => work(lane)));
      expect(disagreements).toEqual([]);
    },
  );
});
