/**
 * `node test/template/fuzz/run.ts [COUNT [SEED [FROM]]]` tries that many inputs and says which fail and why;
 * `node test/template/fuzz/run.ts show SEED INDEX` prints an input.
 */
import { fuzz } from './fuzz.ts';
import { loadSchemas } from './components.ts';
import { fuzzInput } from './inputs.ts';

const [what = '1000', ...rest] = process.argv.slice(2);
const [first = 1, second = 0] = rest.map(Number);
if (what === 'show') process.stdout.write(fuzzInput(await loadSchemas(), first, second));
else {
  const start = performance.now();
  const { failures, outcomes, slowest } = await fuzz(first, second, second + Number(what));
  for (const failure of failures) console.log(`input ${String(failure.index)}: ${failure.what}`);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(
    `${what} inputs of seed ${String(first)} in ${seconds} s, ${String(failures.length)} failures; the slowest took ${slowest.toFixed(0)} ms`,
  );
  console.log(JSON.stringify(outcomes));
  process.exitCode = failures.length === 0 ? 0 : 1;
}
