import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../core/contract/json.ts';

/** A component's options, to be judged by themselves. */
export interface Judged {
  /** `builder/qemu`. */
  readonly component: string;
  readonly options: JsonObject;
}

/** Of the build at this place. */
export const nameOf = (index: number): string => `case${String(index)}`;

/** One template in which each is a build of its own, named by its place in the list. */
export function templateOf(some: readonly Judged[]): JsonObject {
  const builders: JsonObject[] = [];
  const provisioners: JsonObject[] = [];
  const postProcessors: JsonObject[] = [];
  const data: Record<string, JsonObject> = {};
  for (const [index, { component, options }] of some.entries()) {
    const [kind = '', type = ''] = component.split('/');
    const name = nameOf(index);
    if (kind === 'data-source') data[name] = { ...options, type };
    else if (kind === 'builder') builders.push({ ...options, type, name });
    else {
      builders.push({ type: 'null', name, communicator: 'none' });
      (kind === 'provisioner' ? provisioners : postProcessors).push({ ...options, type, only: [name] });
    }
  }
  // Packer knows no such key.
  const own = Object.keys(data).length === 0 ? {} : { data };
  return { builders, provisioners, 'post-processors': postProcessors, ...own };
}

/**
 * What the packer on PATH says of each, when it refuses it; undefined: nothing. What it cannot even read keeps it from
 * judging the others: it is told from them by halves.
 */
export function askPacker(some: readonly Judged[], directory: string): readonly (string | undefined)[] {
  writeFileSync(join(directory, 't.json'), JSON.stringify(templateOf(some)));
  const env = { PATH: process.env['PATH'], HOME: directory, CHECKPOINT_DISABLE: '1', PACKER_NO_COLOR: '1' };
  const { stdout, stderr } = spawnSync('packer', ['validate', 't.json'], { cwd: directory, encoding: 'utf8', env });
  const words = `${stdout}${stderr}`;
  if (/^(Error: Failed to (?!prepare)|Failed to parse|panic)/m.test(words)) {
    if (some.length === 1) return [words];
    const middle = some.length >> 1;
    return [some.slice(0, middle), some.slice(middle)].flatMap((half) => askPacker(half, directory));
  }
  const [, ...parts] = words.split(/^Error: Failed to prepare build: "case(\d+)"$/m);
  const said = new Map(
    parts.flatMap((part, index) => (index % 2 === 0 ? [[Number(part), parts[index + 1] ?? '']] : [])),
  );
  return some.map((_, index) => said.get(index));
}
