import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { TemplateError, UsageError } from '../errors/errors.ts';
import { parseJsonSource, type JsonSource } from './json-source.ts';
import { locateAll } from './locate.ts';

/** A template's text as read, with its syntax tree. */
export interface TemplateSource extends JsonSource {
  /** Absolute path, or "-" for standard input. */
  readonly path: string;
}

const LARGEST = 32 * 1024 * 1024;

function failure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EISDIR') return 'is a directory, not a file';
  if (code === 'EACCES') return 'may not be read by this user';
  return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

/** Reads a file that the user named, as UTF-8. Throws `UsageError` with `code` when that cannot be. */
export async function readNamedFile(path: string, what: string, code: string): Promise<string> {
  let bytes: Buffer;
  try {
    // Both are read at once; what reads in the background would have to be loaded first.
    bytes = path === '-' ? await (await import('node:stream/consumers')).buffer(process.stdin) : readFileSync(path);
  } catch (error) {
    throw new UsageError(`the ${what} ${path} ${failure(error)}`, { code, cause: error });
  }
  if (bytes.length > LARGEST) {
    throw new UsageError(`the ${what} ${path} is larger than ${String(LARGEST / 1024 / 1024)} MiB`, { code });
  }
  if (isUtf16(bytes)) {
    throw new UsageError(`the ${what} ${path} is in UTF-16`, {
      code,
      hint: 'save it as UTF-8; in PowerShell: Get-Content old | Out-File -Encoding utf8 new',
    });
  }
  return bytes.toString('utf8');
}

/** By its byte order mark, or by the zeros beside letters; no text in UTF-8 has a zero that JSON or YAML allows. */
function isUtf16(bytes: Buffer): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return bytes.length >= 2 && (first === 0) !== (second === 0);
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
export async function readTemplate(path: string): Promise<TemplateSource> {
  if (/\.pkr\.(hcl|json)$/.test(path)) {
    throw new UsageError(`the template ${path} is written for Packer's HCL2 engine`, {
      code: 'TEMPLATE_UNREADABLE',
      hint: 'Kiln reads JSON templates; a JSON template has another name ending than .pkr.json',
    });
  }
  return templateSource(path, await readNamedFile(path, 'template', 'TEMPLATE_UNREADABLE'));
}
