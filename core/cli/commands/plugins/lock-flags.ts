import { dirname, join, resolve } from 'node:path';
import { LOCK_NAME } from '../../../../plugins/installed/lock.ts';
import { UsageError } from '../../../errors/errors.ts';

/** Whose lock file a command is about. */
export const lockFlags = {
  template: { kind: 'many', placeholder: 'file', summary: 'the lock file beside this template' },
  dir: {
    kind: 'many',
    placeholder: 'directory',
    summary: 'the lock file in this directory; default the working directory',
  },
} as const;

export interface LockFlags {
  readonly template: readonly string[];
  readonly dir: readonly string[];
}

/** Absolute path of the lock file that the flags name. Throws `UsageError` USAGE when they name several. */
export function lockFileOf({ template, dir }: LockFlags): string {
  if (template.length + dir.length > 1) {
    throw new UsageError('-template and -dir name one lock file', { code: 'USAGE', hint: 'give one of them, once' });
  }
  const [file] = template;
  return join(resolve(file === undefined ? (dir[0] ?? '.') : dirname(file)), LOCK_NAME);
}
