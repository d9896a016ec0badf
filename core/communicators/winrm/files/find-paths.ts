import { encodePath, guestPath } from './guest-path.ts';
import { powershell } from '../powershell.ts';

/** A file or directory of a Windows guest. */
export interface FoundPath {
  readonly kind: 'file' | 'directory';
  readonly path: string;
}

/** A path is what it says; only if nothing has that name, it may be a pattern. */
const FIND = `$ErrorActionPreference='Stop';$ProgressPreference='SilentlyContinue'
$u=[Text.Encoding]::UTF8
$wanted=[Environment]::ExpandEnvironmentVariables($u.GetString([Convert]::FromBase64String(PATH)))
$found=@()
try{$found=@(Get-Item -LiteralPath $wanted -Force -ErrorAction SilentlyContinue)}catch{}
if($found.Count -eq 0){$found=@(Get-Item -Path $wanted -Force -ErrorAction SilentlyContinue)}
foreach($one in $found){
$kind=if($one -is [IO.DirectoryInfo]){'D'}elseif($one -is [IO.FileInfo]){'F'}
if($kind){[Console]::Out.WriteLine($kind+[Convert]::ToBase64String($u.GetBytes($one.FullName)))}
}
[Console]::Out.WriteLine('Q')`;

/** Finds files and directories of a Windows guest. */
export interface PathFinder {
  /** A command that finds a path, or all that match a pattern with `*`, `?` and `[a-z]` in it. */
  command(path: string): string;
  /** What that command has found, by the lines of its standard output; undefined when it did not come to its end. */
  read(lines: readonly string[]): readonly FoundPath[] | undefined;
}

/** What finds files in Windows guests; see `PathFinder`. */
export const pathFinder: PathFinder = {
  command: (path) => powershell.command(FIND.replace('PATH', powershell.word(encodePath(guestPath(path))))),
  read: (lines) => {
    if (!lines.includes('Q')) return undefined;
    return lines
      .filter((line) => /^[DF]/.test(line))
      .map((line) => ({
        kind: line.startsWith('D') ? 'directory' : 'file',
        path: Buffer.from(line.slice(1), 'base64').toString('utf8'),
      }));
  },
};
