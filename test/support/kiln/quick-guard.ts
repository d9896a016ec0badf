import child from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../../../core/process/find-program.ts';

/** What each Debian has, and each checkout. */
const THERE = new Set(
  'bash cat chmod chroot cp dash diff echo env false flock git grep head ln ls mkdir mkfifo mv node ps pwd rm setpriv sh sleep sort stat tail tar tee touch true truncate md5sum sha1sum sha224sum sha256sum sha384sum sha512sum'.split(
    ' ',
  ),
);

/** Throws when a program comes with a package of Debian that a machine need not have, or needs root. */
function check(program: unknown): void {
  const path = typeof program === 'string' ? findProgram(program) : undefined;
  if (path === undefined || !/^\/(?:usr|s?bin)\//.test(path) || THERE.has(basename(path))) return;
  throw new Error(`a quick test starts ${basename(path)}: list its file in test/support/kiln/quick.ts`);
}

type Start = (...args: readonly unknown[]) => unknown;

function guarded(start: Start): Start {
  const checked: Start = (...args) => {
    check(args[0]);
    return start(...args);
  };
  const promised: unknown = Reflect.get(start, promisify.custom);
  return typeof promised === 'function'
    ? Object.assign(checked, { [promisify.custom]: guarded(promised as Start) })
    : checked;
}

const starts = child as unknown as Record<string, Start>;
for (const name of ['spawn', 'spawnSync', 'execFile', 'execFileSync']) {
  const start = starts[name];
  if (start !== undefined) starts[name] = guarded(start);
}
syncBuiltinESMExports();
