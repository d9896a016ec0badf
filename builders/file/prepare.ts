import { resolve } from 'node:path';
import type { Diagnostic, PrepareContext } from '../../plugins/sdk/index.ts';
import type { FileBuilderConfig } from './config.gen.ts';

function error(code: string, message: string, pointer: string, hint?: string): Diagnostic {
  return { severity: 'error', code, message, pointer, ...(hint === undefined ? {} : { hint }) };
}

/** What the schema cannot say. */
export function prepare(config: FileBuilderConfig, context: PrepareContext): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const { target, source, content } = config;
  if (context.look(target) === 'directory') {
    diagnostics.push(
      error('FILE_TARGET_DIRECTORY', `target ${target} is a directory`, '/target', 'give the path of a file'),
    );
  }
  if (source !== undefined && content !== undefined) {
    diagnostics.push(
      error('FILE_SOURCE_AND_CONTENT', 'source and content are both given', '/content', 'keep one of them'),
    );
  }
  if (source === undefined && content === undefined) {
    diagnostics.push({
      severity: 'warning',
      code: 'FILE_EMPTY',
      message: 'neither source nor content is given, so the target will be empty',
      pointer: '',
    });
  }
  if (source !== undefined && resolve(source) === resolve(target)) {
    diagnostics.push(error('FILE_SOURCE_IS_TARGET', 'source and target are the same file', '/target'));
  }
  return diagnostics;
}
