import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importsOf } from './import-graph.ts';

const root = join(import.meta.dirname, '../../..');

/** Helpers of tests that need more than Node.js and a bare Debian: root, programs of packages, Python's, an SSH server. */
const NEEDY_HELPERS: readonly string[] = ['go/go-program', 'kiln/needs', 'python/python-environment', 'ssh/sshd'].map(
  (name) => `test/support/${name}.ts`,
);

/** Tests whose helpers do not tell that they need more than a quick run has, by what they need. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  Packer: [
    'test/template/differential/differential.test.ts',
    'test/unit/builders/file/file.test.ts',
    'test/unit/core/template/fix.test.ts',
    'test/unit/post-processors/beside-packer.test.ts',
  ],
  'other shells and programs': [
    'test/unit/builders/_shared/boot-command.test.ts',
    'test/unit/builders/qemu/accelerator/probe-sector.test.ts',
    'test/unit/builders/rootfs/disk.test.ts',
    'test/unit/builders/rootfs/driver.test.ts',
    'test/unit/clients/openstack/transport/tls.test.ts',
    'test/unit/core/communicators/tar/tar.test.ts',
    'test/unit/core/communicators/winrm/login.test.ts',
    'test/unit/core/files/digest/digest-file.test.ts',
    'test/unit/lookups/vault/vault-secret.test.ts',
    'test/unit/post-processors/compress/compress.test.ts',
    'test/unit/post-processors/convert/convert.test.ts',
    'test/unit/post-processors/convert/zero-free.test.ts',
    'test/unit/provisioners/_guest-shell/words.test.ts',
    'test/unit/provisioners/shell/shell.test.ts',
    'test/unit/provisioners/time-limits.test.ts',
  ],
  mounts: [
    'test/unit/post-processors/checksum/checksum.test.ts',
    'test/unit/post-processors/manifest/manifest.test.ts',
  ],
  'more than a few seconds': [
    'test/template/fuzz/bombs.test.ts',
    'test/template/fuzz/fuzz.test.ts',
    'test/unit/builders/qemu/machine/inactivity.test.ts',
    'test/unit/core/communicators/winrm/commands.test.ts',
    'test/unit/core/communicators/winrm/files/transfer.test.ts',
    'test/unit/core/dev/import-rules.test.ts',
    'test/unit/plugins/process/misbehaviour.test.ts',
    'test/unit/post-processors/_shared/small-heap.test.ts',
    'test/unit/provisioners/powershell/powershell.test.ts',
    'test/unit/provisioners/windows-restart/windows-restart.test.ts',
    'test/unit/support/second-go.test.ts',
  ],
};

/** Where the tests are that run the sources, and not the bundle. */
export const SOURCE_TESTS = 'test/{unit,contract,template}/**/*.test.ts';

/** The tests that are no quick ones because they are listed here. */
export function listedTests(): readonly string[] {
  return Object.values(NEEDS).flat();
}

/** The helpers below test/ that a file imports. */
function helpersOf(file: string): readonly string[] {
  const imports = importsOf(file, readFileSync(join(root, file), 'utf8'));
  return imports.map(({ to }) => to).filter((to) => to.startsWith('test/') && existsSync(join(root, to)));
}

/** Whether a test has by its helpers, or theirs, what a quick run has not. `known` keeps who imports whom. */
function needsMore(file: string, known: Map<string, readonly string[]>): boolean {
  const reached = new Set([file]);
  for (const each of reached) {
    const helpers = known.get(each) ?? helpersOf(each);
    known.set(each, helpers);
    for (const helper of helpers) reached.add(helper);
  }
  return NEEDY_HELPERS.some((helper) => reached.has(helper));
}

/** The test files of the project "quick": those that need no root, no virtual machine, no server and no time. */
export function quickTests(listed: readonly string[] = listedTests()): readonly string[] {
  const known = new Map<string, readonly string[]>();
  return globSync(SOURCE_TESTS, { cwd: root })
    .filter((file) => !listed.includes(file) && !needsMore(file, known))
    .sort();
}
