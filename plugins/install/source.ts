import { existsSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { UsageError } from '../../core/errors/errors.ts';

/** Where a plugin is installed from. */
export type Source =
  /** `name` or `name@range` of the registry that npm is configured for. */
  | { readonly kind: 'npm'; readonly spec: string }
  /** A file as `npm pack` writes it; absolute path. */
  | { readonly kind: 'tarball'; readonly path: string }
  /** Such a file on a server. */
  | { readonly kind: 'address'; readonly url: string }
  /** Absolute path. */
  | { readonly kind: 'folder'; readonly path: string }
  /** What `git clone` takes, and a branch, tag or commit ("" is the default branch). */
  | { readonly kind: 'git'; readonly url: string; readonly ref: string };

const NPM_SPEC = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*(?:@[^@/\s-][^@/]*)?$/;

function unknown(text: string, why: string): UsageError {
  return new UsageError(`${JSON.stringify(text)} is no place to install a plugin from: ${why}`, {
    code: 'PLUGIN_SOURCE',
    hint: 'give a name of npm (kiln-plugin-motd@^1.2.0), a tarball, a folder (./motd), or a git repository (git+file:///srv/motd.git#v1)',
  });
}

function gitSource(text: string): Source {
  const [address = '', ref = ''] = text.slice('git+'.length).split('#', 2);
  // Names that begin with a dash would be flags of git's.
  if (!/^(?:file|https?|ssh):\/\//.test(address) || ref.startsWith('-')) {
    throw unknown(text, 'git is asked by git+file, git+https, git+http or git+ssh');
  }
  return { kind: 'git', url: address, ref };
}

function fileSource(text: string, path: string): Source {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return { kind: 'folder', path };
  if (found?.isFile() !== true) throw unknown(text, `${path} does not exist`);
  if (/\.(?:tgz|tar\.gz)$/.test(path)) return { kind: 'tarball', path };
  throw unknown(text, 'a file has to be a tarball, named .tgz');
}

/**
 * What a text names: a folder or tarball by its path (relative ones: to `directory`), a git repository ("git+file:///…#v1"), a
 * tarball on a server, or else a package of npm. Throws `UsageError` PLUGIN_SOURCE.
 */
export function parseSource(text: string, directory: string): Source {
  if (text.startsWith('git+')) return gitSource(text);
  if (/^https?:\/\/\S+\.(?:tgz|tar\.gz)$/.test(text)) return { kind: 'address', url: text };
  const plain = text.replace(/^file:(?:\/\/(?=\/))?/, '');
  const isPath = /^\.{0,2}\//.test(plain) || plain !== text || /^\.{1,2}$|\.(?:tgz|tar\.gz)$/.test(plain);
  if (isPath || existsSync(resolve(directory, plain, 'kiln-plugin.json')))
    return fileSource(text, resolve(directory, plain));
  if (NPM_SPEC.test(text)) return { kind: 'npm', spec: text };
  throw unknown(text, 'it is neither a path nor a name of npm');
}

/** A path as the lock file has it: relative to its directory where it is below or beside that. */
export function portablePath(path: string, directory: string): string {
  const short = relative(directory, path);
  if (short === '') return '.';
  return isAbsolute(short) || short.startsWith('../../..') ? path : short.startsWith('..') ? short : `./${short}`;
}

/** A source as a text that `parseSource` reads in `directory`. */
export function sourceText(source: Source, directory: string): string {
  switch (source.kind) {
    case 'npm':
      return source.spec;
    case 'address':
      return source.url;
    case 'git':
      return `git+${source.url}${source.ref === '' ? '' : `#${source.ref}`}`;
    case 'tarball':
    case 'folder':
      return portablePath(source.path, directory);
  }
}
