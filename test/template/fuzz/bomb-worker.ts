/** Tries one bomb after another, in a thread with little memory; `bombs.test.ts` waits for what it says. */
import { parentPort } from 'node:worker_threads';
import { bombs } from './bombs.ts';
import { components } from './components.ts';
import { tryValidate } from './try-template.ts';

/** What came of a bomb. */
export interface Exploded {
  readonly name: string;
  /** Codes of the errors, or what went wrong. */
  readonly codes: readonly string[];
  /** Of processor time, which a busy machine stretches less than that of the clock. */
  readonly milliseconds: number;
}

function clock(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

await tryValidate(JSON.stringify({ builders: [{ type: 'qemu' }], provisioners: [{ type: 'shell' }] }), components);
for (const { name, text } of bombs) {
  const template = text();
  const start = clock();
  const codes = await tryValidate(template, components).then(
    (tried) => tried.codes,
    (error: unknown) => [String(error)],
  );
  parentPort?.postMessage({ name, codes, milliseconds: clock() - start } satisfies Exploded);
}
