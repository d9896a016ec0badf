import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Communicator } from '../../../../core/contract/communicator.ts';
import { provisioner } from '../../../../provisioners/file/index.ts';
import { componentConfig } from '../../../support/component-config.ts';
import { provisionRun } from '../../../support/provision-run.ts';
import { logInTo } from '../../../support/winrm/log-in.ts';
import { startWinrmServer, type WinrmServer } from '../../../support/winrm/server.ts';

let server: WinrmServer;
let guest: Communicator;
let here: string;

beforeAll(async () => {
  server = await startWinrmServer({ auth: 'ntlm' });
  guest = await logInTo(server, { ntlm: true });
  const files = { 'logs/one.log': '1', "logs/it's two.log": '2', 'logs/three.txt': '3', 'logs/old.log/in/four': '4' };
  for (const [name, text] of Object.entries(files)) {
    const path = join(server.directory, 'c:', name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  }
});
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'kiln-from-windows-'));
  return () => rmSync(here, { recursive: true });
});
afterAll(async () => {
  await guest.close();
  expect(server.complaints).toEqual([]);
  await server[Symbol.asyncDispose]();
});

async function download(source: string, destination: string): Promise<readonly string[]> {
  const options = { source, destination: join(here, destination), direction: 'download' };
  const whole = destination.endsWith('/') ? { ...options, destination: `${join(here, destination)}/` } : options;
  await provisioner.provision(componentConfig('provisioners/file', whole), provisionRun(guest));
  const entries = readdirSync(here, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${path.slice(here.length + 1)}: ${readFileSync(path, 'utf8')}`)
    .sort();
}

test.each<[string, string, readonly string[]]>([
  ['C:\\logs\\one.log', 'copy', ['copy: 1']],
  ['c:/logs/one.log', 'into/', ['into/one.log: 1']],
  ['C:\\logs\\old.log', 'out', ['out/old.log/in/four: 4']],
  ['C:\\logs\\old.log\\', 'out', ['out/in/four: 4']],
  ['c:/logs/old.log/', 'out', ['out/in/four: 4']],
  ['C:\\logs\\*.log', 'out', ["out/it's two.log: 2", 'out/old.log/in/four: 4', 'out/one.log: 1']],
  ['C:\\logs\\t?ree.*', 'out/', ['out/three.txt: 3']],
  ['C:\\l*s\\*three.txt', 'out/', ['out/three.txt: 3']],
])('%s of a Windows guest becomes %s', async (source, destination, expected) => {
  expect(await download(source, destination)).toEqual(expected);
});

test.each(['C:\\logs\\*.none', 'C:\\logs\\none'])('%s, which matches nothing, is named', async (source) => {
  await expect(download(source, 'out')).rejects.toMatchObject({
    code: 'FILE_SOURCE_MISSING',
    message: `nothing in the guest matches ${source}`,
  });
});
