import { spawn } from 'node:child_process';
import { join } from 'node:path';
import xterm from '@xterm/headless';

const relay = join(import.meta.dirname, 'pty-relay.py');

export interface ScreenSettings {
  readonly columns: number;
  readonly rows: number;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A program at a terminal that is emulated, so that a test sees what a person would. */
export interface TestScreen {
  /** The lines that are on the screen, without spaces at their ends. */
  lines(): readonly string[];
  /** All lines since the start, those that have scrolled away too. */
  history(): readonly string[];
  /** Whether the cursor is to be seen. */
  hasCursor(): boolean;
  /** All that was written, as it was. */
  raw(): string;
  /** Waits until the screen is as wanted; rejects with what is there when that takes more than 30 s. */
  until(isReached: (lines: readonly string[]) => boolean): Promise<readonly string[]>;
  /** An order of pty-relay.py: "resize 60 20", "type yes", "signal TSTP". */
  order(line: string): void;
  resize(columns: number, rows: number): void;
  /** The exit code, when the program has ended. */
  readonly ended: Promise<number | null>;
}

export function screenOf(command: readonly string[], { columns, rows, cwd, env }: ScreenSettings): TestScreen {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
  const child = spawn('python3', [relay, String(columns), String(rows), ...command], {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let raw = '';
  let written = Promise.resolve();
  let isCursorHidden = false;
  child.stdout.on('data', (chunk: Buffer) => {
    const text = chunk.toString('utf8');
    raw += text;
    for (const [, sign] of text.matchAll(/\u001b\[\?25([hl])/g)) isCursorHidden = sign === 'l';
    written = new Promise((resolve) => terminal.write(chunk, resolve));
  });
  child.stdin.on('error', () => undefined);
  const textOf = (from: number, to: number): readonly string[] => {
    const { active } = terminal.buffer;
    return Array.from({ length: to - from }, (_, index) => active.getLine(from + index)?.translateToString(true) ?? '');
  };
  const lines = (): readonly string[] => {
    const { baseY } = terminal.buffer.active;
    return textOf(baseY, baseY + terminal.rows);
  };
  return {
    lines,
    history: () => textOf(0, terminal.buffer.active.length),
    hasCursor: () => !isCursorHidden,
    raw: () => raw,
    until: async (isReached) => {
      const end = Date.now() + 30_000;
      for (;;) {
        await written;
        const now = lines();
        if (isReached(now)) return now;
        if (Date.now() > end) throw new Error(`the screen never became as wanted:\n${now.join('\n')}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    order: (line) => void child.stdin.write(`${line}\n`),
    resize: (width, height) => {
      terminal.resize(width, height);
      child.stdin.write(`resize ${width} ${height}\n`);
    },
    ended: new Promise((resolve) =>
      child.on('close', (code) => {
        void written.then(() => resolve(code));
      }),
    ),
  };
}
