import type { Diagnostic, PrepareContext } from '../../plugins/sdk/index.ts';
import type { FileProvisionerConfig } from './config.gen.ts';
import { sourcesOf } from './sources.ts';

function error(code: string, message: string, pointer: string, hint?: string): Diagnostic {
  return { severity: 'error', code, message, pointer, ...(hint === undefined ? {} : { hint }) };
}

function unfitSources(config: FileProvisionerConfig, context: PrepareContext): readonly Diagnostic[] {
  if (config.direction === 'download' || config.generated) return [];
  const single = config.source === undefined ? [] : [['/source', config.source] as const];
  const several = (config.sources ?? []).map((path, index) => [`/sources/${index}`, path] as const);
  const named = [...single, ...several];
  const special = named
    .filter(([, path]) => context.look(path) === 'other')
    .map(([pointer, path]) =>
      error(
        'FILE_SOURCE_SPECIAL',
        `${JSON.stringify(path)} is a FIFO, a device or a socket, and no regular file`,
        pointer,
        'write it into a file first: an upload has to know its size',
      ),
    );
  const missing = named
    .filter(([, path]) => context.look(path) === undefined)
    .map(([pointer, path]) =>
      error(
        'FILE_SOURCE_MISSING',
        `${JSON.stringify(path)} does not exist`,
        pointer,
        'if an earlier provisioner makes it, set "generated": true',
      ),
    );
  return [...missing, ...special];
}

function placing(config: FileProvisionerConfig): readonly Diagnostic[] {
  const given = [
    ['mode', config.mode !== undefined],
    ['owner', config.owner !== undefined],
    ['become', config.become],
    ['become_user', config.become_user !== undefined],
  ] as const;
  if (config.direction === 'download') {
    return given
      .filter(([, isGiven]) => isGiven)
      .map(([option]) => error('FILE_UPLOAD_ONLY', `${option} is for uploads`, `/${option}`));
  }
  if (config.become || config.become_user === undefined) return [];
  const message = 'become_user has no effect without become';
  return [error('FILE_BECOME_MISSING', message, '/become_user', 'set "become": true')];
}

/** What the schema cannot say. */
export function prepare(config: FileProvisionerConfig, context: PrepareContext): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [...unfitSources(config, context), ...placing(config)];
  const sources = sourcesOf(config);
  if (sources.length === 0 && config.content === undefined) {
    diagnostics.push(error('FILE_NOTHING_TO_COPY', 'nothing to copy was given', '', 'set source, sources or content'));
  }
  if (sources.length > 0 && config.content !== undefined) {
    diagnostics.push(error('FILE_SOURCE_AND_CONTENT', 'content cannot be combined with source or sources', '/content'));
  }
  if (config.direction === 'download' && config.content !== undefined) {
    diagnostics.push(error('FILE_CONTENT_DOWNLOAD', 'content can only be uploaded', '/content'));
  }
  if (sources.length > 1 && !config.destination.endsWith('/')) {
    diagnostics.push({
      severity: 'warning',
      code: 'FILE_SOURCES_ONE_DESTINATION',
      message: `several sources go to ${JSON.stringify(config.destination)}, which is not marked as a directory`,
      pointer: '/destination',
      hint: `files would overwrite one another; write "${config.destination}/"`,
    });
  }
  return diagnostics;
}
