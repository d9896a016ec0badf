import { execFile } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import { command, directory, file, kiln, place } from '../../cli/run-kiln.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { nullBuilder, sshdMissing, type TestSshd } from '../../support/ssh/sshd.ts';
import { testWithSshd } from '../../support/ssh/test-with-sshd.ts';
const test = testWithSshd(['MaxStartups 1000']);

type Direction = 'upload' | 'download';
type Row = readonly [direction: Direction, source: string, destination: string];

const DESTINATIONS = ['there', 'there/', 'none', 'none/', 'none/deep', 'none/deep/', 'old-file'];

function rows(direction: Direction, sources: readonly string[], destinations = DESTINATIONS): readonly Row[] {
  return sources.flatMap((source) => destinations.map((destination) => [direction, source, destination] as const));
}

const plainUploads = rows('upload', ['file', 'dir', 'dir/', 'file-link', 'dir-link', 'dir-link/', 'dir/.']);
const linkUploads = rows('upload', ['out', 'out-dir', 'whole', 'in', 'in-dir', 'dangling', 'up', 'device'], ['there/']);
const fileDownloads = rows('download', ['file', 'file-link', 'gone']);
const DIRECTORIES = DESTINATIONS.slice(0, -1);
const directoryDownloads = rows('download', ['dir', 'dir/', 'dir-link', 'dir-link/', 'dir/.'], DIRECTORIES);
const patternDownloads = rows('download', ['dir/*', 'dir/?', 'dir/.*', 'f*'], DIRECTORIES);
const linkDownloads = rows('download', ['out/', 'in/', 'in-dir/', 'dangling/'], ['there/']);
const all = [
  ...[...plainUploads, ...linkUploads],
  ...[...fileDownloads, ...directoryDownloads, ...patternDownloads, ...linkDownloads],
];

function missing(destination: string): boolean {
  return destination.startsWith('none');
}

/** Why Kiln does otherwise on purpose, in the words of docs/templates.md; undefined: it does the same. */
function reason([direction, source, destination]: Row): string | undefined {
  const deep = destination.startsWith('none/deep');
  const isDirectory = /^dir(-link)?(\/\.?)?$/.test(source);
  if (direction === 'upload') {
    if (source === 'dir/.') return destination === 'old-file' ? undefined : 'named with `.`';
    if (isDirectory && (deep || (missing(destination) && source.endsWith('/')))) return 'are made';
    if (!isDirectory && ['none/', 'none/deep'].includes(destination)) return 'in place of the directory';
    if (['in', 'in-dir', 'device'].includes(source)) return 'stays one';
    return ['dangling', 'up'].includes(source) ? 'leads nowhere or in a circle' : undefined;
  }
  if (linkDownloads.some((row) => row[1] === source)) return 'stay links';
  if (source === 'gone') return undefined;
  if (source === 'dir/.') return 'named with `.`';
  if (isDirectory) return source.endsWith('/') ? 'what is in the directory' : 'is the directory itself';
  if (['file', 'file-link'].includes(source)) return destination === 'there' ? 'needs no slash' : undefined;
  if (source === 'dir/?' && destination !== 'there') return 'always one';
  return missing(destination) && !destination.endsWith('/') ? 'always one' : undefined;
}

/** What is below a directory: "name" of directories, "name=text" of files, "name -> target" of links. */
function listing(root: string, below = ''): readonly string[] {
  return readdirSync(join(root, below))
    .sort()
    .flatMap((name) => {
      const path = join(below, name);
      const found = lstatSync(join(root, path));
      if (found.isSymbolicLink()) return [`${path} -> ${readlinkSync(join(root, path))}`];
      return found.isDirectory()
        ? [path, ...listing(root, path)]
        : [`${path}=${readFileSync(join(root, path), 'utf8')}`];
    });
}

describe.skipIf(lacks(['packer']) || sshdMissing() !== undefined)('the provisioner file beside Packer', () => {
  const outcomes = new Map<string, string>();

  function write(path: string, text: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** Each row in a directory of its own: what is copied, and where it goes. */
  function layOut(work: string): void {
    const made = (path: string, text: string): void => write(join(work, path), text);
    made('from/file', 'F');
    made('from/dir/a', 'A');
    made('from/dir/.dot', 'D');
    made('from/dir/sub/deep', 'B');
    made('shared/one', 'S');
    made('to/old-file', 'OLD');
    mkdirSync(join(work, 'to/there'));
    const links = {
      'file-link': 'file',
      'dir-link': 'dir',
      'out/one': '../../shared/one',
      'out-dir/all': '../../shared',
      'whole/one': join(work, 'shared/one'),
      'dangling/gone': 'gone',
      'up/up': '..',
      'device/null': '/dev/null',
      'in/b': 'a',
      'in-dir/b': 'a',
    };
    made('from/in/a', 'I');
    made('from/in-dir/a/deep', 'I');
    for (const [path, target] of Object.entries(links)) {
      mkdirSync(dirname(join(work, 'from', path)), { recursive: true });
      symlinkSync(target, join(work, 'from', path));
    }
  }

  async function runAll(sshd: TestSshd, tool: 'packer' | 'kiln'): Promise<void> {
    const work = (index: number): string => join(directory, tool, String(index));
    const builders = all.map((_row, index) => ({ ...nullBuilder(sshd), name: `row-${index}` }));
    const provisioners = all.map(([direction, source, destination], index) => {
      layOut(work(index));
      const [from, to] = [`${work(index)}/from/${source}`, `${work(index)}/to/${destination}`];
      return { type: 'file', only: [`row-${index}`], direction, generated: true, source: from, destination: to };
    });
    const template = file(`${tool}.json`, { builders, provisioners });
    const args = ['build', '-color=false', '-parallel-builds=4', template];
    const env = { PACKER_CONFIG_DIR: directory, CHECKPOINT_DISABLE: '1' };
    const stdout =
      tool === 'kiln'
        ? (await kiln(args)).stdout
        : await new Promise<string>((resolve) => {
            execFile('packer', args, { ...place(env), maxBuffer: 1e8 }, (_error, out) => resolve(out));
          });
    all.forEach((row, index) => {
      const failed = new RegExp(`^Build '(?:null\\.)?row-${index}' errored`, 'm').test(stdout);
      outcomes.set(`${tool} ${row.join(' ')}`, failed ? 'an error' : listing(join(work(index), 'to')).join(', '));
    });
  }

  test.beforeAll(async ({ sshd }) => {
    expect(command([])[1]).toContain('dist');
    await Promise.all([runAll(sshd, 'packer'), runAll(sshd, 'kiln')]);
  }, 240_000);

  test.each(all)('%s of %s to %s', (...row) => {
    const [packers, own] = [outcomes.get(`packer ${row.join(' ')}`), outcomes.get(`kiln ${row.join(' ')}`)];
    const why = reason(row);
    if (why === undefined) expect(own).toBe(packers);
    else {
      expect(own).not.toBe(packers);
      const documented = readFileSync(join(import.meta.dirname, '../../../docs/templates.md'), 'utf8');
      expect(documented.replace(/\s+/g, ' ')).toContain(why);
    }
  });

  test.each<[string, string]>([
    ['upload dir none', 'none, none/.dot=D, none/a=A, none/sub, none/sub/deep=B, old-file=OLD, there'],
    ['upload dir/ none', 'none, none/.dot=D, none/a=A, none/sub, none/sub/deep=B, old-file=OLD, there'],
    ['upload dir/. there', 'old-file=OLD, there, there/.dot=D, there/a=A, there/sub, there/sub/deep=B'],
    [
      'upload dir there/',
      'old-file=OLD, there, there/dir, there/dir/.dot=D, there/dir/a=A, there/dir/sub, there/dir/sub/deep=B',
    ],
    ['upload out there/', 'old-file=OLD, there, there/out, there/out/one=S'],
    ['upload in there/', 'old-file=OLD, there, there/in, there/in/a=I, there/in/b -> a'],
    ['upload up there/', 'old-file=OLD, there, there/up, there/up/up -> ..'],
    ['upload dangling there/', 'old-file=OLD, there, there/dangling, there/dangling/gone -> gone'],
    ['upload device there/', 'old-file=OLD, there, there/device, there/device/null -> /dev/null'],
    ['upload file none/', 'an error'],
    ['upload file none/deep', 'an error'],
    ['download dir/ none', 'none, none/.dot=D, none/a=A, none/sub, none/sub/deep=B, old-file=OLD, there'],
    ['download dir/* none', 'none, none/a=A, none/sub, none/sub/deep=B, old-file=OLD, there'],
    ['download out/ there/', 'old-file=OLD, there, there/one -> ../../shared/one'],
  ])('of Kiln: %s', (row, expected) => {
    expect(outcomes.get(`kiln ${row}`)).toBe(expected);
  });
});
