import { shellWord } from '../../plugins/sdk/guest.ts';

/** Where a script and the file with its variables are in the guest. */
export interface GuestPaths {
  readonly script: string;
  /** Undefined: the variables are not put in a file. */
  readonly variables: string | undefined;
  /** A file with the template's own command, which may have variables in it; undefined: there is none. */
  readonly command: string | undefined;
}

/** What standard input brings: the variables as shell text, the template's command, then the script. */
export interface Sending {
  readonly paths: GuestPaths;
  readonly variableBytes: number;
  readonly commandBytes: number;
  readonly scriptBytes: number;
  /** Written to standard error when the script could not be put into the guest. */
  readonly failureMark: string;
  /** Written to standard error when the script is there. It runs when a line more has come, and not before. */
  readonly readyMark: string;
  /** It says itself what runs it, or is a program; otherwise the login shell decides. */
  readonly isProgram: boolean;
}

/** A path of the guest as one word of its shell; "~/" stays the home directory. */
export function pathWord(path: string): string {
  return path.startsWith('~/') ? `~/${shellWord(path.slice(2))}` : shellWord(path);
}

function removal({ script, variables, command }: GuestPaths): string {
  const paths = [script, variables, command].filter((path) => path !== undefined);
  return `rm -f ${paths.map(pathWord).join(' ')}`;
}

/** Removes what was left by a run that the connection did not outlive. */
export function removeFiles(paths: GuestPaths): string {
  return `sh -c ${shellWord(removal(paths))}`;
}

/** Takes no byte too many from standard input, since it asks for one at a time. */
function take(bytes: number): string {
  return `dd bs=1 count=${bytes} 2>/dev/null`;
}

/** The same, faster for large ones; not every `head` counts bytes, and none must take what comes later. */
function takeMany(bytes: number): string {
  return `{ if head -c 1 </dev/null >/dev/null 2>&1; then head -c ${bytes}; else ${take(bytes)}; fi; }`;
}

/** The size is checked: when the connection breaks, standard input ends early, and half a script must not run. */
function takeScript({ paths: { script }, scriptBytes }: Sending): string {
  const file = pathWord(script);
  return `${takeMany(scriptBytes)} >${file} && [ "$(wc -c <${file})" -eq ${scriptBytes} ] && chmod 0755 ${file}`;
}

/** The one who sends decides when it runs: so both know whether it may have, whenever the connection breaks. */
function orGiveUp({ paths, failureMark, readyMark }: Sending): string {
  const remove = removal(paths);
  // Writing to a connection that is gone would end the shell, and leave the files.
  const wait = `trap "" PIPE; echo ${readyMark} >&2; read -r kiln_go || { ${remove}; exit 1; }; trap - PIPE`;
  return `|| { ${remove}; echo ${failureMark} >&2; exit 1; }; ${wait}`;
}

/** `run` is a command of sh, which may end its shell. One line, since a login shell like csh knows no other words. */
function inSh(before: string, run: string, paths: GuestPaths, keep: boolean): string {
  const after = keep ? '' : `; status=$?; ${removal(paths)}; exit $status`;
  return `sh -c ${shellWord(`${before}(${run})${after}`)}`;
}

/**
 * Puts variables and script into the guest, runs the script with the variables in its environment, and removes it, in
 * one command. The variables are on no command line and in no file.
 */
export function sendAndRun(sending: Sending, keep: boolean): string {
  const receive = `kiln=$(${take(sending.variableBytes)}) && (umask 077; ${takeScript(sending)})`;
  const script = pathWord(sending.paths.script);
  // As a bash that is told the script's path would do; other shells leave such scripts to sh.
  const byBash = sending.isProgram ? '' : `case "$SHELL" in */bash) exec "$SHELL" ${script} </dev/null;; esac; `;
  const run = `eval "$kiln"; unset kiln; ${byBash}exec ${script} </dev/null`;
  return inSh(`${receive} ${orGiveUp(sending)}; `, run, sending.paths, keep);
}

/** The shell of the guest's user; it is what reads a template's own command. */
const LOGIN_SHELL = '"${SHELL:-/bin/sh}"';

/** What the file with a template's own command has in it: nobody needs the file once a shell has opened it. */
export function commandText({ command: file }: GuestPaths, command: string): string {
  return file === undefined ? '' : `rm -f ${pathWord(file)}\n${command}\n`;
}

/** The same with a command of the template's, which the login shell of the guest's user runs. */
export function sendAndRunCommand(sending: Sending, command: string, keep: boolean): string {
  const { paths, variableBytes, commandBytes } = sending;
  const files = [
    paths.variables === undefined ? '' : `${take(variableBytes)} >${pathWord(paths.variables)} && `,
    `${take(commandBytes)} >${pathWord(command)} && `,
  ];
  const receive = `(umask 077; ${files.join('')}${takeScript(sending)})`;
  return inSh(`${receive} ${orGiveUp(sending)}; `, `${LOGIN_SHELL} ${pathWord(command)} </dev/null`, paths, keep);
}

/** Only the command, for guests that were sent the files before. */
export function runCommand(paths: GuestPaths, keep: boolean): string {
  const { script, variables, command } = paths;
  if (command !== undefined) return inSh('', `${LOGIN_SHELL} ${pathWord(command)}`, paths, keep);
  const environment = variables === undefined ? '' : `. ${pathWord(variables)} && `;
  return inSh('', `${LOGIN_SHELL} -c ${shellWord(`${environment}exec ${pathWord(script)}`)}`, paths, keep);
}
