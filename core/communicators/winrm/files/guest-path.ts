/**
 * A path as the guest's .NET reads it: `$env:NAME` is written as `%NAME%`, which it expands, and a destination that names
 * a directory gets the name of the file that goes there.
 */
export function guestPath(path: string, fileName?: string): string {
  const expanded = path.replace(/\$env:(\w+)/gi, '%$1%').replace(/\$\{env:([^}]+)\}/gi, '%$1%');
  return fileName !== undefined && /[/\\]$/.test(expanded) ? expanded + fileName : expanded;
}

export function encodePath(path: string): string {
  return Buffer.from(path, 'utf8').toString('base64');
}
