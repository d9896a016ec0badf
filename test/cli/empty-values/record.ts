/** Asks the packer on PATH (1.6.6) what it says of all cases, and writes it down: `node test/cli/empty-values/record.ts`. Components that follow, such as builder/qemu, are asked about alone. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { askPacker, type Judged } from '../each-a-build.ts';
import { cases, cloud, files, folders, judged, leastOf, type Case } from './cases.ts';
import recorded from './packer-1.6.6.json' with { type: 'json' };

/** Every plugin is a process to Packer, and all of a template run at once. */
const AT_ONCE = 100;

interface TestCloud {
  readonly endpoint: string;
  readonly password: string;
}

/** In a thread of its own, as this one waits for Packer. */
const testCloud = new Worker(new URL('test-cloud.ts', import.meta.url));
const { endpoint, password } = await new Promise<TestCloud>((resolve) => testCloud.once('message', resolve));

/** With the test OpenStack instead of what stands for it. */
function inTestCloud({ component, options }: Judged): Judged {
  const own = { ...options };
  if (own['identity_endpoint'] === cloud.identity_endpoint) own['identity_endpoint'] = endpoint;
  if (own['password'] === cloud.password) own['password'] = password;
  return { component, options: own };
}

const directory = mkdtempSync(join(tmpdir(), 'kiln-record-'));
for (const name of files) writeFileSync(join(directory, name), 'x');
for (const name of folders) mkdirSync(join(directory, name));

/** "+" accepted, "-" refused, "?" not an option of this Packer's. */
function ask(some: readonly Case[]): readonly string[] {
  return askPacker(some.map(judged).map(inTestCloud), directory).map((words) => {
    return words === undefined ? '+' : words.includes('unknown configuration key') ? '?' : '-';
  });
}

const named = process.argv.slice(2);

/** Components that this Packer has, and takes with the least. */
const components = new Set(
  [...new Set(cases.map(({ component }) => component))].filter((component) => {
    if (named.length > 0 && !named.includes(component)) return false;
    const [words] = askPacker([inTestCloud(leastOf(component))], directory);
    const unknown = / Unknown (builder|provisioner|post-processor)\s/.test(words ?? '');
    if (words !== undefined && !unknown) throw new Error(`the least of ${component} is refused: ${words}`);
    return !unknown;
  }),
);
const asked = cases.filter(({ component }) => components.has(component));

const fresh: Record<string, Record<string, string>> = {};
for (let start = 0; start < asked.length; start += AT_ONCE) {
  const some = asked.slice(start, start + AT_ONCE);
  for (const [index, answer] of ask(some).entries()) {
    const { component = '', option = '' } = some[index] ?? {};
    const own = (fresh[component] ??= {});
    own[option] = `${own[option] ?? ''}${answer}`;
  }
}
const answers = Object.fromEntries(Object.entries({ ...(named.length > 0 ? recorded : {}), ...fresh }).sort());
writeFileSync(join(import.meta.dirname, 'packer-1.6.6.json'), `${JSON.stringify(answers, null, 2)}\n`);
await testCloud.terminate();
rmSync(directory, { recursive: true });
execFileSync('prettier', ['--write', join(import.meta.dirname, 'packer-1.6.6.json')]);
