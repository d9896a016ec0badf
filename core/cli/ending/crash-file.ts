import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { allSecrets } from '../../secrets/secret-mask.ts';
import type { LocatedDiagnostic } from '../../diagnostics/diagnostic.ts';
import { makeDirectorySync } from '../../files/make-directory.ts';
import { stateDirectory } from '../../directories/state-directory.ts';
import { kilnVersion } from '../kiln-version.ts';

/** Values of variables may be secrets. */
function withoutValues(args: readonly string[]): readonly string[] {
  return args.map((argument, index) => {
    const given = /^(--?var=[^=]*=)/.exec(argument)?.[1];
    if (given !== undefined) return `${given}…`;
    if (/^--?var$/.test(args[index - 1] ?? '')) return `${argument.split('=', 1).join('')}=…`;
    return argument;
  });
}

function write(text: string): string | undefined {
  for (const place of [(): string => stateDirectory(process.env), tmpdir]) {
    try {
      const directory = place();
      const path = join(directory, `kiln-crash-${Date.now()}-${process.pid}.txt`);
      makeDirectorySync(directory, 0o700);
      writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
      return path;
    } catch {
      // The next place may be writable.
    }
  }
  return undefined;
}

/** Writes down what was thrown, for the report of a bug, and says where. */
export function bugDiagnostic(error: unknown): LocatedDiagnostic {
  const lines = [
    `Kiln ${kilnVersion}, Node.js ${process.version}, ${process.platform} ${process.arch}`,
    `at ${new Date().toISOString()}: kiln ${withoutValues(process.argv.slice(2)).join(' ')}`,
    allSecrets.text(inspect(error, { depth: 6 })),
    '',
  ];
  const path = write(lines.join('\n'));
  const short = allSecrets
    .text(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
    .split('\n', 1)
    .join('');
  return {
    severity: 'error',
    code: 'BUG',
    message: `this is a bug in Kiln, or in a plugin: ${short}`,
    pointer: '',
    hint: path === undefined ? 'please report it' : `the details are in ${path}; please report them`,
  };
}
