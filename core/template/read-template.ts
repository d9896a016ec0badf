import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { CancelledError, TemplateError, UsageError } from '../errors/errors.ts';
import { parseJsonSource, type JsonSource } from './json-source.ts';
import { locateAll } from './locate.ts';
import { encodingFault } from './text-encoding.ts';

/** A template's text as read, with its syntax tree. */
export interface TemplateSource extends JsonSource {
  /** Absolute path, or "-" for standard input. */
  readonly path: string;
}

const LARGEST = 32 * 1024 * 1024;
class TooLarge extends Error {}

function failure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EISDIR') return 'is a directory, not a file';
  if (code === 'EACCES') return 'may not be read by this user';
  if (error instanceof TooLarge) return `is larger than ${String(LARGEST / 1024 / 1024)} MiB`;
  return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

async function bytesOf(path: string, signal: AbortSignal | undefined): Promise<Buffer> {
  if (path === '-') {
    const [{ buffer }, { addAbortSignal }] = await Promise.all([
      import('node:stream/consumers'),
      import('node:stream'),
    ]);
    return buffer(signal === undefined ? process.stdin : addAbortSignal(signal, process.stdin));
  }
  const found = statSync(path);
  if (found.isFile() && found.size > LARGEST) throw new TooLarge();
  // Read at once; what reads in the background would have to be loaded first.
  if (found.isFile() || found.isDirectory()) return readFileSync(path);
  const { openInput } = await import('../files/open-input.ts');
  const { readAtMost } = await import('../http/read-at-most.ts');
  return readAtMost(await openInput(path, signal), LARGEST);
}

/**
 * Reads a file that the user named, as UTF-8: also a FIFO, as of `<(…)`. Throws `UsageError` with `code` when that cannot
 * be, and `CancelledError`.
 */
export async function readNamedFile(path: string, what: string, code: string, signal?: AbortSignal): Promise<string> {
  const bytes = await bytesOf(path, signal).catch((error: unknown) => {
    if (signal?.aborted === true) throw new CancelledError();
    throw new UsageError(`the ${what} ${path} ${failure(error)}`, { code, cause: error });
  });
  const fault = encodingFault(path, bytes);
  if (fault !== undefined) throw new UsageError(`the ${what} ${fault.message}`, { code, hint: fault.hint });
  return bytes.toString('utf8');
}

/** The template in `text`; `path` is only its name. Throws `TemplateError` when it is not JSON. */
export function templateSource(path: string, text: string): TemplateSource {
  const source = parseJsonSource(path === '-' ? '<stdin>' : path, text);
  if (source.tree === undefined) throw new TemplateError(locateAll(source, source.findings));
  return { ...source, path: path === '-' ? '-' : resolve(path) };
}

/**
 * Reads a template from a file, or from standard input for "-". Throws `UsageError` TEMPLATE_UNREADABLE when there
 * is nothing to read, and `TemplateError` with located diagnostics when it is not JSON. Duplicate names are in the
 * result's `findings`.
 */
export async function readTemplate(path: string, signal?: AbortSignal): Promise<TemplateSource> {
  if (/\.pkr\.(hcl|json)$/.test(path)) {
    throw new UsageError(`the template ${path} is written for Packer's HCL2 engine`, {
      code: 'TEMPLATE_UNREADABLE',
      hint: 'Kiln reads JSON templates; a JSON template has another name ending than .pkr.json',
    });
  }
  return templateSource(path, await readNamedFile(path, 'template', 'TEMPLATE_UNREADABLE', signal));
}
