import { open } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';

const TAIL_BYTES = 65_536;
const TAIL_LINES = 15;
const UNKNOWN_TO_NODE = /\u001b\[[=>?][0-9;]*[A-Za-z]/g;
/** Told on every start, and said by Kiln in its own way. */
const NO_NEWS = /^VNC server running on /;

/** The last lines of a file of terminal output, without escape sequences; empty when there is nothing. */
export async function lastLines(path: string): Promise<readonly string[]> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, size - buffer.length);
    const text = buffer.toString('utf8', 0, bytesRead);
    // A line that was cut may be half a secret, which nobody would know.
    const whole = size > TAIL_BYTES ? text.slice(text.search(/[\r\n]/) + 1) : text;
    return stripVTControlCharacters(whole.replace(UNKNOWN_TO_NODE, ''))
      .split(/\r*\n/)
      .map((line) => line.slice(line.lastIndexOf('\r') + 1).replace(/[\p{Cc}]/gu, ''))
      .filter((line) => line.trim() !== '')
      .slice(-TAIL_LINES);
  } catch {
    return [];
  }
}

/** Puts the end of the guest's console, or of what QEMU itself said, below a message. */
export async function withConsole(message: string, consoleFile: string, logFile: string): Promise<string> {
  const below = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : [`\n${title}`, ...lines.map((line) => `  ${line}`)].join('\n');
  const shown = await lastLines(consoleFile);
  const consolePart =
    shown.length === 0
      ? "\nthe guest's serial console is empty"
      : below(`end of the guest's console (${consoleFile}):`, shown);
  const said = (await lastLines(logFile)).filter((line) => !NO_NEWS.test(line));
  return `${message}${below('QEMU says:', said)}${consolePart}`;
}
