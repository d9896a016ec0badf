import { errorAt, warningAt, type Diagnostic, type PrepareContext } from '../../plugins/sdk/index.ts';
import { resolve } from 'node:path';
import type { FileBuilderConfig } from './config.gen.ts';

/** What the schema cannot say. */
export function prepare(config: FileBuilderConfig, context: PrepareContext): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const { target, source, content } = config;
  if (context.statPath(target) === 'directory') {
    diagnostics.push(
      errorAt('FILE_TARGET_DIRECTORY', '/target', `target ${target} is a directory`, {
        hint: 'give the path of a file',
      }),
    );
  }
  if (source !== undefined && content !== undefined) {
    diagnostics.push(
      errorAt('FILE_SOURCE_AND_CONTENT', '/content', 'source and content are both given', { hint: 'keep one of them' }),
    );
  }
  if (source === undefined && content === undefined) {
    diagnostics.push(warningAt('FILE_EMPTY', '', 'neither source nor content is given, so the target will be empty'));
  }
  if (source !== undefined && resolve(source) === resolve(target)) {
    diagnostics.push(errorAt('FILE_SOURCE_IS_TARGET', '/target', 'source and target are the same file'));
  }
  return diagnostics;
}
