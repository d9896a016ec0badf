import { CommandError, StepError, type Requirement } from '../../../plugins/sdk/index.ts';
import { findProgram, runProgram } from '../../../plugins/sdk/host.ts';

/** Programs that make CDs, the best first; they understand the same arguments. */
const CD_PROGRAMS = [
  { program: 'xorriso', before: ['-no_rc', '-as', 'mkisofs'] },
  { program: 'genisoimage', before: [] },
  { program: 'mkisofs', before: [] },
] as const;

const [best, ...others] = CD_PROGRAMS;

export const cdPrograms: readonly Requirement[] = [
  { program: best.program, orElse: others.map(({ program }) => program), package: 'xorriso', purpose: 'make CDs' },
];

export const floppyPrograms: readonly Requirement[] = ['mformat', 'mcopy'].map((program) => ({
  program,
  package: 'mtools',
  purpose: 'make floppies',
}));

/**
 * Makes an ISO 9660 image of a tree, with the names of Rock Ridge (all belongs to root and can be read) and Joliet.
 * Symbolic links are followed. Throws `CommandError`.
 */
export async function makeCd(tree: string, label: string, image: string, signal: AbortSignal): Promise<void> {
  const { program, before } = CD_PROGRAMS.find((each) => findProgram(each.program) !== undefined) ?? best;
  const options = ['-quiet', '-r', '-J', '-joliet-long', '-f', '-iso-level', '3', '-V', label];
  await runProgram(program, [...before, ...options, '-o', image, tree], { signal });
}

/** Makes a floppy of 1.44 MB with what is in the root of a tree. Throws `StepError` FLOPPY_FULL and `CommandError`. */
export async function makeFloppy(
  tree: string,
  names: readonly string[],
  label: string,
  image: string,
  signal: AbortSignal,
): Promise<void> {
  const options = { signal, cwd: tree, env: { MTOOLSRC: '/dev/null', LC_ALL: 'C.UTF-8' } };
  await runProgram('mformat', ['-C', '-i', image, '-f', '1440', '-v', label, '::'], options);
  if (names.length === 0) return;
  const paths = names.map((name) => `./${name}`);
  try {
    await runProgram('mcopy', ['-i', image, '-s', '-Q', '-n', ...paths, '::/'], options);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (/no directory slots/i.test(error.outputTail ?? '')) {
      throw new StepError('the floppy is full: it has room for 224 names at its top, and for fewer long ones', {
        code: 'FLOPPY_FULL',
        hint: 'put them in a directory of the floppy (floppy_dirs), or on a CD (cd_files)',
        cause: error,
      });
    }
    if (!/disk full/i.test(error.outputTail ?? '')) throw error;
    throw new StepError('the floppy is full: it has room for 1.44 MB', {
      code: 'FLOPPY_FULL',
      hint: 'put large files on a CD (cd_files), or serve them with http_directory',
      cause: error,
    });
  }
}
