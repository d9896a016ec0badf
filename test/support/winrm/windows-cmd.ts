/**
 * Stands for cmd.exe and PowerShell where no Windows is: runs one command line, in a directory that stands for the root of
 * all paths ("c:/Windows/Temp/x" is a relative path there). It knows the forms of lines that Kiln sends, does what
 * Kiln's own PowerShell scripts say in JavaScript, and gives the user's scripts to sh. Anything else is for sh too.
 */
import { spawnSync } from 'node:child_process';
import { createHash, type Hash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

type Variables = Readonly<Record<string, string>>;

function local(path: string): string {
  return path
    .replace(/%(?:SYSTEMROOT|windir)%/gi, 'c:/Windows')
    .replace(/%TEMP%/gi, 'c:/Windows/Temp')
    .replaceAll('\\', '/')
    .replace(/^[A-Z]:/, (drive) => drive.toLowerCase());
}

function out(text: string): void {
  writeSync(1, text);
}

function sh(script: string, variables: Variables, stdio: 'inherit' | number = 'inherit'): number {
  const { status } = spawnSync('sh', ['-c', script.replaceAll('\r', '')], {
    stdio: ['inherit', stdio, stdio === 'inherit' ? 'inherit' : stdio],
    env: { ...process.env, ...variables },
  });
  return status ?? 1;
}

/** Undoes backticks before special characters. */
function unescaped(text: string): string {
  return text.replace(/`(.)/g, '$1');
}

/** `$env:NAME="value"; ` as often as it stands at the beginning. */
function takeVariables(script: string): { readonly variables: Variables; readonly rest: string } {
  const variables: Record<string, string> = {};
  let rest = script;
  for (;;) {
    const found = /^\s*\$env:(\w+)="((?:[^"`]|`.)*)"; ?/.exec(rest);
    if (found === null) return { variables, rest };
    variables[found[1] ?? ''] = unescaped(found[2] ?? '');
    rest = rest.slice(found[0].length);
  }
}

function decode(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** What Kiln's script that takes files does. */
function receiveFiles(mark: string): number {
  let part = '';
  let place = '';
  let hash: Hash | undefined;
  let whole = false;
  const fail = (why: string): number => {
    if (part !== '') rmSync(part, { force: true });
    out(`!${encode(why)}\r\n`);
    return 1;
  };
  for (const line of readFileSync(0, 'latin1').split(/\r?\n/)) {
    const rest = line.slice(1);
    if (line.startsWith('D')) mkdirSync(local(decode(rest)), { recursive: true });
    if (line.startsWith('F')) {
      place = local(decode(rest));
      if (existsSync(place) && statSync(place).isDirectory()) return fail(`${place} is a directory`);
      mkdirSync(dirname(place), { recursive: true });
      part = place + mark;
      writeFileSync(part, '');
      hash = createHash('sha256');
    }
    if (line.startsWith('+')) {
      const data = Buffer.from(rest, 'base64');
      // A disk that turns a bit over: what comes of it has to be seen.
      if (existsSync('c:/faulty-disk') && data.length > 0) data[0] = (data[0] ?? 0) ^ 1;
      hash?.update(data);
      appendFileSync(part, data);
    }
    if (line.startsWith('E')) {
      if (hash?.digest('hex').toUpperCase() !== rest) return fail(`${place} did not arrive as it was sent`);
      renameSync(part, place);
      part = '';
    }
    if (line.startsWith('Q')) whole = true;
  }
  if (!whole) return fail('not all of it arrived');
  out('Q\r\n');
  return 0;
}

function sendFile(path: string, name: string): void {
  const bytes = readFileSync(path);
  out(`F${encode(name)}\r\n`);
  for (let at = 0; at < bytes.length; at += 30_000) out(`+${bytes.subarray(at, at + 30_000).toString('base64')}\r\n`);
  out(`E${createHash('sha256').update(bytes).digest('hex').toUpperCase()}\r\n`);
}

function sendTree(path: string, name: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const sub = name + entry.name;
    if (entry.isSymbolicLink()) out(`S${encode(sub)}\r\n`);
    else if (entry.isDirectory()) {
      out(`D${encode(sub)}\r\n`);
      sendTree(`${path}/${entry.name}`, `${sub}/`);
    } else sendFile(`${path}/${entry.name}`, sub);
  }
}

/** What Kiln's script that gives files does. */
function sendFiles(path: string, kind: 'file' | 'tree'): number {
  const is = existsSync(path) ? (statSync(path).isDirectory() ? 'tree' : 'file') : undefined;
  if (is !== kind) {
    out(`!${encode(`there is no ${kind === 'tree' ? 'directory' : 'file'} ${path}`)}\r\n`);
    return 1;
  }
  if (kind === 'file') sendFile(path, '');
  else sendTree(path, '');
  out('Q\r\n');
  return 0;
}

/** What Kiln's script that finds paths does: names are told as Windows writes them. */
function findPaths(wanted: string): number {
  const path = local(wanted);
  const found = existsSync(path) ? [path] : globSync(path).sort();
  for (const one of found) {
    const full = one.replaceAll('/', '\\').replace(/^[a-z]:/, (drive) => drive.toUpperCase());
    out(`${statSync(one).isDirectory() ? 'D' : 'F'}${encode(full)}\r\n`);
  }
  out('Q\r\n');
  return 0;
}

/** Scripts of Kiln's own. */
function encodedScript(script: string): number {
  const mark = /\$part=\$path\+'([^']*)'/.exec(script)?.[1];
  if (mark !== undefined) return receiveFiles(mark);
  const sent = /\$path=Full '([^']*)'/.exec(script)?.[1];
  if (sent !== undefined)
    return sendFiles(local(decode(sent)), script.includes("Send-Tree $path ''") ? 'tree' : 'file');
  const wanted = /FromBase64String\('([^']*)'\)/.exec(script)?.[1];
  if (wanted !== undefined) return findPaths(decode(wanted));
  const removed = [...script.matchAll(/Remove-Item -LiteralPath '((?:[^']|'')*)'/g)];
  for (const [, path = ''] of removed) rmSync(local(path.replaceAll("''", "'")), { force: true });
  if (removed.length > 0) return 0;
  if (script.includes('[Environment]::TickCount')) {
    const start = existsSync('c:/boot-time') ? Number(readFileSync('c:/boot-time', 'utf8')) : 0;
    out(`KILN-UPTIME ${(Date.now() - start) | 0}\r\n`);
    return 0;
  }
  const keys = [...script.matchAll(/Test-Path -LiteralPath '([^']*)'/g)].map(([, key = '']) => key);
  if (keys.length > 0) {
    const there = existsSync('c:/registry') ? readFileSync('c:/registry', 'utf8') : '';
    for (const key of keys) if (there.includes(key)) out(`KILN-KEY ${key}\r\n`);
    return 0;
  }
  const said = /\[Console\]::Out\.WriteLine\('([^']*)'\)$/.exec(script)?.[1];
  if (said !== undefined) {
    out(`${said}\r\n`);
    return 0;
  }
  writeSync(2, `not emulated: ${script}\r\n`);
  return 1;
}

/** The runner of a scheduled task: what it would do is written down, then the task's command runs. */
function elevatedRunner(runner: string): number {
  const text = (name: string): string =>
    (new RegExp(`<${name}>([^<]*)</${name}>`).exec(runner)?.[1] ?? '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&apos;', "'")
      .replaceAll('&amp;', '&');
  const word = (name: string): string =>
    (new RegExp(`\\$${name} = '((?:[^']|'')*)'`).exec(runner)?.[1] ?? '').replaceAll("''", "'");
  const line = text('Arguments').replace(/^\/c /, '');
  writeFileSync('c:/elevated.json', JSON.stringify({ user: word('user'), password: word('password'), line }));
  const [, command = '', log = ''] = /^(.*) > (\S+) 2>&1$/.exec(line) ?? [];
  const { status, stdout, stderr } = spawnSync(process.execPath, [import.meta.filename, command], { encoding: 'utf8' });
  out(stdout + stderr);
  rmSync(local(log), { force: true });
  rmSync(local(word('path')), { force: true });
  return status ?? 1;
}

/** The script file that wraps inline lines, or any script file. */
function scriptFile(path: string, outer: Variables): number {
  const script = readFileSync(local(path), 'utf8');
  if (script.includes('Schedule.Service')) return elevatedRunner(script);
  const wrapped = /\ntry \{\n([\s\S]*)\n\$exitCode = 0\n\} catch \{/.exec(script)?.[1];
  if (wrapped === undefined) return sh(script, outer);
  const { variables, rest } = takeVariables(wrapped);
  return sh(rest, { ...outer, ...variables });
}

function powershell(args: string, variables: Variables): number {
  const encoded = /-EncodedCommand (\S+)/i.exec(args)?.[1];
  if (encoded !== undefined) return encodedScript(Buffer.from(encoded, 'base64').toString('utf16le'));
  const file = /-file "?([^"]+?)"?$/i.exec(args)?.[1];
  if (file !== undefined) return scriptFile(file, variables);
  const script = /^.*?"& \{(.*)\. (\S+); &'([^']*)'; exit \$LastExitCode \}"$/.exec(args);
  if (script !== null) {
    const [, , vars = '', path = ''] = script;
    return scriptFile(path, { ...variables, ...takeVariables(readFileSync(local(vars), 'utf8')).variables });
  }
  return sh(/-command "([^"]*)"/i.exec(args)?.[1] ?? args, variables);
}

function shutdown(args: string): number {
  if (args.includes('/r')) writeFileSync('c:/restart-wanted', args);
  return 0;
}

function cmd(line: string, outer: Variables): number {
  const set = /^set "(\w+)=([^"]*)" && /.exec(line);
  if (set !== null) return cmd(line.slice(set[0].length), { ...outer, [set[1] ?? '']: set[2] ?? '' });
  const [, program = '', args = ''] = /^(powershell|pwsh|shutdown|del)(?:\.exe)? (.*)$/is.exec(line) ?? [];
  if (/powershell|pwsh/i.test(program)) return powershell(args, outer);
  if (program === 'shutdown') return shutdown(args);
  if (program === 'del') {
    for (const [, path = ''] of args.matchAll(/"([^"]*)"/g)) rmSync(local(path), { force: true });
    return 0;
  }
  const batch = /^"([^"]*\.(?:bat|cmd))"$/i.exec(line)?.[1];
  if (batch !== undefined) return sh(readFileSync(local(batch), 'utf8').replace(/^@echo off\r?\n/i, ''), outer);
  // What is for a Unix shell, cmd.exe does not know.
  if (line.startsWith('exec ')) {
    writeSync(2, "'exec' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n");
    return 1;
  }
  return sh(line, outer);
}

process.exitCode = cmd(process.argv[2] ?? '', {});
