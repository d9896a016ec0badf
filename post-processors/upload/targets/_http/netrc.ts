import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Who logs in to a host by the file that NETRC names, or ~/.netrc; undefined when it does not say. */
export async function netrcLogin(
  host: string,
): Promise<{ readonly name: string; readonly password: string } | undefined> {
  const path = process.env['NETRC'] ?? join(homedir(), '.netrc');
  const text = await readFile(path, 'utf8').catch(() => '');
  const words = text.split(/\s+/);
  const entry = words.findIndex((word, index) => word === 'machine' && words[index + 1] === host);
  const start = entry >= 0 ? entry + 2 : words.indexOf('default') + 1;
  if (start === 0) return undefined;
  const own = words.slice(start);
  const end = own.findIndex((word) => word === 'machine' || word === 'default');
  const said = end < 0 ? own : own.slice(0, end);
  const after = (name: string): string | undefined => (said.includes(name) ? said[said.indexOf(name) + 1] : undefined);
  const [name, password] = [after('login'), after('password')];
  return name === undefined || password === undefined ? undefined : { name, password };
}
