/** What can be told of a play from the lines that Ansible's usual output has, coloured or not. */
export interface PlayReader {
  read(line: string): void;
  /** The task that failed last and was not ignored. */
  failedTask(): string | undefined;
  /** Whether a host could not be logged in to. */
  unreachable(): boolean;
}

const ESCAPE = String.fromCharCode(27);
const COLOUR = new RegExp(`${ESCAPE}\\[[\\d;]*m`, 'g');
const HEADING = /^(?:TASK|RUNNING HANDLER) \[(.*)\] \**$/;
const UNREACHABLE = /^(?:fatal|failed): \[.*UNREACHABLE! =>/;
const FAILURE = /^(?:fatal|failed): \[/;

export function playReader(): PlayReader {
  let current: string | undefined;
  let failed: string | undefined;
  let lost = false;
  return {
    read: (line) => {
      const text = line.replaceAll(COLOUR, '');
      const heading = HEADING.exec(text);
      if (heading !== null) current = heading[1];
      else if (UNREACHABLE.test(text)) lost = true;
      else if (FAILURE.test(text)) failed = current;
      else if (text === '...ignoring') failed = undefined;
    },
    failedTask: () => failed,
    unreachable: () => lost,
  };
}
