import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { shellElement, type Envelope } from './check-envelope.ts';

const SHELL = 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell';

interface Command {
  readonly child: ChildProcessWithoutNullStreams;
  readonly output: { stdout: Buffer[]; stderr: Buffer[] };
  exitStatus: number | undefined;
  /** Wakes a question for output. */
  wake: () => void;
}

/** What Windows says instead of doing what it was asked. */
export class WindowsFault extends Error {
  readonly code: string;

  constructor(code: string, text: string) {
    super(text);
    this.code = code;
  }
}

export interface Shells {
  /** The body of the answer. Throws `WindowsFault`, or an error for what no client should send. */
  act(envelope: Envelope): Promise<string>;
  /** Commands that were run, in order. */
  readonly lines: readonly string[];
  count(): number;
  /** Ends all shells and what runs in them. */
  clear(): void;
}

export interface ShellOptions {
  /** Arguments that run a command line, which is added to them. */
  readonly program: readonly string[];
  readonly directory: string;
  readonly maxShells: number;
  /** How long a question for output stays open at most, in milliseconds. */
  readonly longestPoll: number;
}

export function openShells({ program, directory, maxShells, longestPoll }: ShellOptions): Shells {
  const shells = new Map<string, Map<string, Command>>();
  const lines: string[] = [];

  const commandsOf = (envelope: Envelope): Map<string, Command> => {
    const commands = shells.get(envelope.shellId ?? '');
    if (commands !== undefined) return commands;
    throw new WindowsFault(
      '2150858843',
      `The request for the Windows Remote Shell with ShellId ${String(envelope.shellId)} failed because the shell was not found on the server.`,
    );
  };
  const commandOf = (envelope: Envelope, id: string | null): Command => {
    const command = commandsOf(envelope).get(id ?? '');
    if (command === undefined) throw new WindowsFault('2150858752', 'The command was not found in the shell.');
    return command;
  };
  const kill = ({ child }: Command): void => {
    if (child.pid !== undefined && child.exitCode === null) {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        child.kill('SIGKILL');
      }
    }
  };

  const create = (): string => {
    if (shells.size >= maxShells) {
      throw new WindowsFault(
        '2150859173',
        `This user is allowed a maximum number of ${maxShells} concurrent shells, which has been exceeded.`,
      );
    }
    const id = randomUUID().toUpperCase();
    shells.set(id, new Map());
    const selector = `<w:SelectorSet><w:Selector Name="ShellId">${id}</w:Selector></w:SelectorSet>`;
    return `<x:ResourceCreated xmlns:x="http://schemas.xmlsoap.org/ws/2004/09/transfer"><a:ReferenceParameters><w:ResourceURI>${SHELL}/cmd</w:ResourceURI>${selector}</a:ReferenceParameters></x:ResourceCreated><rsp:Shell><rsp:ShellId>${id}</rsp:ShellId></rsp:Shell>`;
  };

  const run = (envelope: Envelope): string => {
    const commands = commandsOf(envelope);
    const line = [
      shellElement(envelope.body, 'Command').textContent ?? '',
      ...[...(envelope.body?.getElementsByTagNameNS(SHELL, 'Arguments') ?? [])].map((one) => one.textContent ?? ''),
    ].join(' ');
    lines.push(line);
    const [executable = '', ...args] = program;
    const child = spawn(executable, [...args, line], { cwd: directory, detached: true });
    const command: Command = {
      child,
      output: { stdout: [], stderr: [] },
      exitStatus: undefined,
      wake: () => undefined,
    };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].on('data', (chunk: Buffer) => {
        command.output[stream].push(chunk);
        command.wake();
      });
    }
    child.stdin.on('error', () => undefined);
    child.once('close', (status, signal) => {
      command.exitStatus = status ?? (signal === null ? 0 : -1073741510);
      command.wake();
    });
    const id = randomUUID().toUpperCase();
    commands.set(id, command);
    return `<rsp:CommandResponse><rsp:CommandId>${id}</rsp:CommandId></rsp:CommandResponse>`;
  };

  const receive = async (envelope: Envelope): Promise<string> => {
    const wanted = shellElement(envelope.body, 'DesiredStream');
    const id = wanted.getAttribute('CommandId') ?? '';
    const command = commandOf(envelope, id);
    const isQuiet = (): boolean =>
      command.output.stdout.length + command.output.stderr.length === 0 && command.exitStatus === undefined;
    if (isQuiet()) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(envelope.operationTimeout, longestPoll));
        command.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    commandOf(envelope, id);
    if (isQuiet()) {
      throw new WindowsFault(
        '2150858793',
        'The WS-Management service cannot complete the operation within the time specified in OperationTimeout.',
      );
    }
    const streams = (['stdout', 'stderr'] as const).map((name) => {
      // An answer has a longest size, as an envelope.
      const whole = Buffer.concat(command.output[name].splice(0));
      const now = whole.subarray(0, 100_000);
      if (whole.length > now.length) command.output[name].push(whole.subarray(now.length));
      return now.length === 0
        ? ''
        : `<rsp:Stream Name="${name}" CommandId="${id}">${now.toString('base64')}</rsp:Stream>`;
    });
    const rest = command.output.stdout.length + command.output.stderr.length;
    const isDone = command.exitStatus !== undefined && rest === 0;
    const end = isDone
      ? ['stdout', 'stderr']
          .map((name) => `<rsp:Stream Name="${name}" CommandId="${id}" End="true"></rsp:Stream>`)
          .join('') +
        `<rsp:CommandState CommandId="${id}" State="${SHELL}/CommandState/Done"><rsp:ExitCode>${String(command.exitStatus)}</rsp:ExitCode></rsp:CommandState>`
      : `<rsp:CommandState CommandId="${id}" State="${SHELL}/CommandState/Running"/>`;
    return `<rsp:ReceiveResponse>${streams.join('')}${end}</rsp:ReceiveResponse>`;
  };

  const send = (envelope: Envelope): string => {
    const stream = shellElement(envelope.body, 'Stream');
    if (stream.getAttribute('Name') !== 'stdin') throw new Error('send: another stream than stdin');
    const { child, exitStatus } = commandOf(envelope, stream.getAttribute('CommandId'));
    if (exitStatus !== undefined) throw new WindowsFault('109', 'The pipe has been ended.');
    child.stdin.write(Buffer.from(stream.textContent ?? '', 'base64'));
    if (stream.getAttribute('End') === 'true') child.stdin.end();
    return '<rsp:SendResponse/>';
  };

  const signal = (envelope: Envelope): string => {
    const code = shellElement(envelope.body, 'Code').textContent ?? '';
    if (!code.startsWith(`${SHELL}/signal/`)) throw new Error(`signal: ${code}`);
    kill(commandOf(envelope, envelope.body?.getAttribute('CommandId') ?? null));
    return '<rsp:SignalResponse/>';
  };

  const remove = (envelope: Envelope): string => {
    for (const command of commandsOf(envelope).values()) {
      kill(command);
      command.wake();
    }
    shells.delete(envelope.shellId ?? '');
    return '';
  };

  const actions = { Create: create, Command: run, Receive: receive, Send: send, Signal: signal, Delete: remove };
  return {
    act: async (envelope) => actions[envelope.action](envelope),
    lines,
    count: () => shells.size,
    clear: () => {
      for (const commands of shells.values()) for (const command of commands.values()) kill(command);
      shells.clear();
    },
  };
}
