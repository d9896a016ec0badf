/** Rows that are builds: all of a table are one template, each build with a directory of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { JsonObject } from '../../../core/contract/json.ts';
import { comparable, leftIn, type Left } from './outcome.ts';
import { call, type Tool } from './tools.ts';

export interface Built {
  /** Refused before anything ran; failed; or came to its end. */
  readonly ended: 'refused' | 'failed' | 'built';
  readonly left: Left;
  /** What is listed at the end, none twice. */
  readonly artifacts: readonly string[];
}

export interface BuildRow {
  /** In its texts, `{here}` is the build's own directory, `{rel}` the same from where the tool is started. */
  readonly build: {
    readonly builder?: JsonObject;
    readonly provisioners?: readonly JsonObject[];
    readonly sequences?: readonly (readonly JsonObject[])[];
  };
  readonly files?: Left;
  readonly packer: Built;
  /** What Kiln does, where it is something else on purpose. */
  readonly kiln?: Built;
  /** Why, in the words of docs/templates.md. */
  readonly meant?: string;
}

const nameOf = (index: number): string => `case${String(index)}`;

/** Rows that are run together. */
export interface Batch {
  /** A directory of theirs. */
  readonly root: string;
  readonly rows: readonly BuildRow[];
  /** The first one's place in its table. */
  readonly first: number;
  /** The builder of rows that have none. */
  readonly plain: JsonObject;
}

interface Laid {
  readonly name: string;
  readonly directory: string;
  readonly row: BuildRow;
}

function layOut({ root, first, rows }: Batch): readonly Laid[] {
  return rows.map((row, index) => {
    const name = nameOf(first + index);
    const directory = join(root, name);
    mkdirSync(directory, { recursive: true });
    for (const [path, text] of Object.entries(row.files ?? {})) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text, { mode: 0o755 });
    }
    const filled = JSON.stringify(row.build).replaceAll('{here}', directory).replaceAll('{rel}', name);
    return { name, directory, row: { ...row, build: JSON.parse(filled) as BuildRow['build'] } };
  });
}

interface Placed {
  readonly pointer: string;
  readonly name: string;
}

/** One template of all, and whose what in it is. */
function templateOf(laid: readonly Laid[], plain: JsonObject): { template: JsonObject; places: readonly Placed[] } {
  const builders: JsonObject[] = [];
  const provisioners: JsonObject[] = [];
  const sequences: (readonly JsonObject[])[] = [];
  const places: Placed[] = [];
  for (const { name, row } of laid) {
    const only = [name];
    places.push({ pointer: `/builders/${String(builders.length)}`, name });
    builders.push({ ...(row.build.builder ?? plain), name });
    for (const one of row.build.provisioners ?? []) {
      places.push({ pointer: `/provisioners/${String(provisioners.length)}`, name });
      provisioners.push({ ...one, only });
    }
    for (const sequence of row.build.sequences ?? []) {
      places.push({ pointer: `/post-processors/${String(sequences.length)}`, name });
      sequences.push(sequence.map((one) => ({ ...one, only })));
    }
  }
  return { template: { builders, provisioners, 'post-processors': sequences }, places };
}

async function refusedByKiln(root: string, places: readonly Placed[]): Promise<ReadonlySet<string>> {
  const { stdout } = await call('kiln', { directory: root, args: ['validate', '-json', 't.json'] });
  const refused = new Set<string>();
  for (const line of stdout.trim().split('\n')) {
    const { severity, pointer } = JSON.parse(line) as Readonly<Record<string, string>>;
    if (severity !== 'error') continue;
    const owner = places.find((place) => pointer === place.pointer || pointer?.startsWith(`${place.pointer}/`));
    if (owner === undefined) throw new Error(`an error about no row: ${line}`);
    refused.add(owner.name);
  }
  return refused;
}

function artifactsOf(stdout: string, { name, directory }: Laid): readonly string[] {
  const strings = [...stdout.matchAll(new RegExp(`^\\d+,${name},artifact,\\d+,string,(.*)$`, 'gm'))];
  return [...new Set(strings.map(([, text = '']) => comparable(text, directory, name)))];
}

/** Where one row keeps all from being read, it is told from the others by halves. */
async function apart(tool: Tool, { root, rows, first, plain }: Batch): Promise<readonly Built[]> {
  const middle = rows.length >> 1;
  const outcomes: Built[] = [];
  for (const [start, half] of [[0, rows.slice(0, middle)] as const, [middle, rows.slice(middle)] as const]) {
    const directory = `${root}-${String(start)}`;
    mkdirSync(directory);
    outcomes.push(...(await runBuilds(tool, { root: directory, rows: half, first: first + start, plain })));
  }
  return outcomes;
}

/** What became of each row. */
export async function runBuilds(tool: Tool, batch: Batch): Promise<readonly Built[]> {
  const { root, rows, plain } = batch;
  const laid = layOut(batch);
  const { template, places } = templateOf(laid, plain);
  writeFileSync(join(root, 't.json'), JSON.stringify(template));
  const refused = tool === 'kiln' ? await refusedByKiln(root, places) : new Set<string>();
  const sound = laid.filter(({ name }) => !refused.has(name));
  writeFileSync(join(root, 't.json'), JSON.stringify(templateOf(sound, plain).template));
  const args = ['build', '-machine-readable', '-parallel-builds=6', 't.json'];
  const { code, stdout, stderr } = await call(tool, { directory: root, args });
  if (!stdout.includes('==> Wait completed')) {
    if (rows.length > 1) return apart(tool, batch);
    if (code !== 1 || !stdout.includes(',ui,error,')) throw new Error(`${stdout}${stderr}`);
    return [{ ended: 'refused', left: {}, artifacts: [] }];
  }
  return laid.map((each) => {
    const { name, directory, row } = each;
    const left = leftIn(directory, name, row.files ?? {});
    const prepared = !new RegExp(`Failed to (prepare|initialize) build.{2,3}${name}\\b`).test(stdout);
    if (refused.has(name) || !prepared) return { ended: 'refused', left, artifacts: [] };
    const built = new RegExp(`,ui,say,Build '(?:\\w+\\.)?${name}' finished`).test(stdout);
    return { ended: built ? 'built' : 'failed', left, artifacts: artifactsOf(stdout, each) };
  });
}
