import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { componentFolders } from '../../../../core/dev/components.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { compileWithAjv } from '../../../../core/schema/compile-with-ajv.ts';
import type { Communicator } from '../../../../plugins/sdk/index.ts';
import type { FileProvisionerConfig } from '../../../../provisioners/file/config.gen.ts';
import { provisioner } from '../../../../provisioners/file/index.ts';
import { componentConfig, prepareContext } from '../../../support/component-config.ts';
import { localGuest } from '../../../support/ssh/local-guest.ts';
import { provisionRun } from '../../../support/provision-run.ts';

function config(options: JsonObject): FileProvisionerConfig {
  return componentConfig('provisioners/file', options);
}

describe('prepare', () => {
  const context = prepareContext({ statPath: (path) => (path === 'here' ? 'file' : undefined) });

  test.each<[JsonObject, readonly string[]]>([
    [{ source: 'here', destination: '/x' }, []],
    [{ source: 'gone', destination: '/x' }, ['FILE_SOURCE_MISSING']],
    [{ source: 'gone', destination: '/x', generated: true }, []],
    [{ source: '/in/guest', destination: 'x', direction: 'download' }, []],
    [{ content: 'x', destination: '/x' }, []],
    [{ destination: '/x' }, ['FILE_NOTHING_TO_COPY']],
    [{ source: 'here', content: 'x', destination: '/x' }, ['FILE_SOURCE_AND_CONTENT']],
    [{ content: 'x', destination: 'x', direction: 'download' }, ['FILE_CONTENT_DOWNLOAD']],
    [{ sources: ['here', 'here'], destination: '/x' }, ['FILE_SOURCES_ONE_DESTINATION']],
    [{ sources: ['here', 'here'], destination: '/x/' }, []],
    [{ source: 'here', destination: '/x', mode: '0644', owner: 'a:b', become: true, become_user: 'app' }, []],
    [{ source: '/g', destination: 'x', direction: 'download', mode: '0644' }, ['FILE_UPLOAD_ONLY']],
    [{ source: '/g', destination: 'x', direction: 'download', become: true }, ['FILE_UPLOAD_ONLY']],
    [{ source: 'here', destination: '/x', become_user: 'app' }, ['FILE_BECOME_MISSING']],
  ])('%j gives %j', (options, codes) => {
    expect(provisioner.prepare(config(options), context).map(({ code }) => code)).toEqual(codes);
  });

  test('points at the missing one of several sources', () => {
    const found = provisioner.prepare(config({ sources: ['here', 'gone'], destination: '/x/' }), context);
    expect(found).toMatchObject([{ pointer: '/sources/1', hint: expect.stringContaining('generated') as string }]);
  });
});

test.each([
  { mode: '644x' },
  { mode: '0o644' },
  { mode: '8' },
  { owner: 'a b' },
  { owner: '-R' },
  { become_user: '-s' },
])('%j is refused by the schema', (options) => {
  const check = compileWithAjv(componentFolders().find(({ folder }) => folder === 'provisioners/file')!.schema);
  const whole = { ...config({ destination: '/x' }) };
  expect(check(whole)).toBe(true);
  expect(check({ ...whole, ...options })).toBe(false);
});

test('only what is uploaded decides what the provisioner does', () => {
  expect(provisioner.inputFiles(config({ sources: ['a', 'b'], destination: '/x/' }))).toEqual(['a', 'b']);
  expect(provisioner.inputFiles(config({ source: '/g', destination: 'x', direction: 'download' }))).toEqual([]);
});

describe('provision', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kiln-file-'));
    await writeFile(join(directory, 'motd'), 'hello');
    await mkdir(join(directory, 'x'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  async function calls(options: JsonObject): Promise<readonly string[]> {
    const seen: string[] = [];
    const note = (...parts: readonly string[]): Promise<void> => {
      seen.push(parts.map((part) => part.replaceAll(directory, 'D')).join(' '));
      return Promise.resolve();
    };
    const guest: Communicator = {
      ...localGuest(),
      upload: (source, to, { mode }) => note('upload', 'path' in source ? source.path : 'content', to, String(mode)),
      uploadTree: (from, to, { name }) => note('tree', from, to, ...(name === undefined ? [] : ['as', name])),
      download: (from, to) => note('download', from, to),
      downloadTree: (from, to) => note('download-tree', from, to),
    };
    await provisioner.provision(config(options), provisionRun(guest));
    return seen;
  }

  test('a file goes to its place, or keeps its name in a directory', async () => {
    const source = join(directory, 'motd');
    expect(await calls({ source, destination: '/etc/motd' })).toEqual(['upload D/motd /etc/motd undefined']);
    expect(await calls({ source, destination: '/etc/' })).toEqual(['upload D/motd /etc/motd undefined']);
  });

  test('a directory goes itself, or with a slash behind it what is in it', async () => {
    expect(await calls({ source: directory, destination: '/opt' })).toEqual([`tree D /opt as ${basename(directory)}`]);
    expect(await calls({ source: `${directory}/`, destination: '/opt/app' })).toEqual(['tree D/ /opt/app']);
    expect(await calls({ source: `${directory}/.`, destination: '/opt/app' })).toEqual(['tree D/. /opt/app']);
    expect(await calls({ source: `${directory}/x/..`, destination: '/opt/app' })).toEqual(['tree D/x/.. /opt/app']);
  });

  test('content becomes a file for its owner alone', async () => {
    expect(await calls({ content: 'secret', destination: '/k' })).toEqual(['upload content /k 384']);
  });

  test('a mode alone is told to the communicator', async () => {
    const source = join(directory, 'motd');
    expect(await calls({ source, destination: '/etc/motd', mode: '0640' })).toEqual(['upload D/motd /etc/motd 416']);
    expect(await calls({ content: 'x', destination: '/k', mode: '4755' })).toEqual(['upload content /k 2541']);
  });

  test('several sources go one after the other', async () => {
    const sources = [join(directory, 'motd'), `${directory}/`];
    expect(await calls({ sources, destination: '/x/' })).toEqual(['upload D/motd /x/motd undefined', 'tree D/ /x/']);
  });

  test('a source that is gone by then is named', async () => {
    const gone = calls({ source: join(directory, 'gone'), destination: '/x' });
    await expect(gone).rejects.toMatchObject({ code: 'FILE_SOURCE_UNREADABLE' });
  });

  test('a download makes directories, and tells files from directories', async () => {
    const direction = 'download';
    const file = { source: join(directory, 'motd'), destination: join(directory, 'a/b'), direction };
    expect(await calls(file)).toEqual(['download D/motd D/a/b']);
    const tree = { source: directory, destination: '/l', direction };
    expect(await calls(tree)).toEqual([`download-tree D /l/${directory.split('/').at(-1) ?? ''}`]);
    expect(await calls({ ...tree, source: '/var/log/' })).toEqual(['download-tree /var/log/ /l']);
  });

  test('wildcards of a download are filled in by the guest', async () => {
    await writeFile(join(directory, 'motd two'), '');
    const options = { source: `${directory}/mo*`, destination: join(directory, 'in'), direction: 'download' };
    expect(await calls(options)).toEqual(['download D/motd D/in/motd', 'download D/motd two D/in/motd two']);
    const nothing = calls({ ...options, source: `${directory}/*.none` });
    await expect(nothing).rejects.toMatchObject({ code: 'FILE_SOURCE_MISSING' });
  });
});
