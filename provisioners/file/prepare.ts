import { errorAt, warningAt, type Diagnostic, type PrepareContext } from '../../plugins/sdk/index.ts';
import type { FileProvisionerConfig } from './config.gen.ts';
import { sourcesOf } from './sources.ts';

function unfitSources(config: FileProvisionerConfig, context: PrepareContext): readonly Diagnostic[] {
  if (config.direction === 'download' || config.generated) return [];
  const single = config.source === undefined ? [] : [['/source', config.source] as const];
  const several = (config.sources ?? []).map((path, index) => [`/sources/${index}`, path] as const);
  const named = [...single, ...several];
  const special = named
    .filter(([, path]) => context.statPath(path) === 'other')
    .map(([pointer, path]) =>
      errorAt(
        'FILE_SOURCE_SPECIAL',
        pointer,
        `${JSON.stringify(path)} is a FIFO, a device or a socket, and no regular file`,
        { hint: 'write it into a file first: an upload has to know its size' },
      ),
    );
  const missing = named
    .filter(([, path]) => context.statPath(path) === undefined)
    .map(([pointer, path]) =>
      errorAt('FILE_SOURCE_MISSING', pointer, `${JSON.stringify(path)} does not exist`, {
        hint: 'if an earlier provisioner makes it, set "generated": true',
      }),
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
      .map(([option]) => errorAt('FILE_UPLOAD_ONLY', `/${option}`, `${option} is for uploads`));
  }
  if (config.become || config.become_user === undefined) return [];
  const message = 'become_user has no effect without become';
  return [errorAt('FILE_BECOME_MISSING', '/become_user', message, { hint: 'set "become": true' })];
}

/** What the schema cannot say. */
export function prepare(config: FileProvisionerConfig, context: PrepareContext): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [...unfitSources(config, context), ...placing(config)];
  const sources = sourcesOf(config);
  if (sources.length === 0 && config.content === undefined) {
    diagnostics.push(
      errorAt('FILE_NOTHING_TO_COPY', '', 'nothing to copy was given', { hint: 'set source, sources or content' }),
    );
  }
  if (sources.length > 0 && config.content !== undefined) {
    diagnostics.push(
      errorAt('FILE_SOURCE_AND_CONTENT', '/content', 'content cannot be combined with source or sources'),
    );
  }
  if (config.direction === 'download' && config.content !== undefined) {
    diagnostics.push(errorAt('FILE_CONTENT_DOWNLOAD', '/content', 'content can only be uploaded'));
  }
  if (sources.length > 1 && !config.destination.endsWith('/')) {
    diagnostics.push(
      warningAt(
        'FILE_SOURCES_ONE_DESTINATION',
        '/destination',
        `several sources go to ${JSON.stringify(config.destination)}, which is not marked as a directory`,
        { hint: `files would overwrite one another; write "${config.destination}/"` },
      ),
    );
  }
  return diagnostics;
}
