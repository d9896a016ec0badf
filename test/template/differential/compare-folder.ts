/**
 * `node test/template/differential/compare-folder.ts DIRECTORY` runs `packer inspect -machine-readable` and
 * `packer validate -syntax-only` beside Kiln over every JSON file of a directory, and reports every disagreement. For
 * templates that cannot be in this repository.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareWithPacker } from './beside-packer.ts';

const folder = process.argv[2] ?? '.';
const directory = mkdtempSync(join(tmpdir(), 'kiln-compare-'));
const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
const supersets = new Map<string, number>();
let [accepted, disagreements] = [0, 0];
for (const name of names) {
  const { packerAccepts, superset, disagreement } = await compareWithPacker(
    readFileSync(join(folder, name), 'utf8'),
    directory,
    true,
  );
  if (packerAccepts) accepted++;
  if (superset !== undefined) supersets.set(superset, (supersets.get(superset) ?? 0) + 1);
  if (disagreement === undefined) continue;
  disagreements++;
  console.log(`${name}: ${disagreement}`);
}
rmSync(directory, { recursive: true });
console.log(`${names.length} templates, ${accepted} that Packer accepts, ${disagreements} disagreements`);
for (const [what, count] of supersets) console.log(`${count} that only Kiln accepts: ${what}`);
process.exitCode = disagreements === 0 && names.length > 0 ? 0 : 1;
