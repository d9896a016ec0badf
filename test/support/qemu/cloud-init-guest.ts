/**
 * A Debian guest in which cloud-init waits for its first boot: the image of the builder rootfs with that package. It is
 * kept in .kiln/test-guests under a name that changes with this file; making it takes a few minutes.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const store = join(root, '.kiln/test-guests');

/** Absolute path of its qcow2 disk; never written to by tests. Throws with the output of the build that failed. */
export function cloudInitGuest(): string {
  const identity = createHash('sha256')
    .update(readFileSync(import.meta.filename))
    .digest('hex')
    .slice(0, 12);
  const home = join(store, `cloud-init-${identity}`);
  const disk = join(home, 'base/base.qcow2');
  if (existsSync(home)) return disk;
  mkdirSync(store, { recursive: true });
  const work = mkdtempSync(join(store, '.making-'));
  try {
    const base = { type: 'rootfs', name: 'base', packages: ['cloud-init', 'sudo'], output_directory: 'base' };
    writeFileSync(join(work, 'base.json'), JSON.stringify({ builders: [base] }));
    const env = { ...process.env, KILN_STATE_DIR: join(work, 'state'), KILN_CACHE_DIR: join(work, 'cache') };
    execFileSync(join(root, 'kiln'), ['build', 'base.json'], { cwd: work, env, encoding: 'utf8', stdio: 'pipe' });
    // Another test process may have been faster; its guest is as good.
    if (!existsSync(home)) renameSync(work, home);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return disk;
}
