/** What can be told of a play from the lines that Ansible's usual output has. */
export interface PlayReader {
  read(line: string): void;
  /** The task that failed last and was not ignored. */
  failedTask(): string | undefined;
  /** Whether a host could not be logged in to. */
  unreachable(): boolean;
}

const HEADING = /^(?:TASK|RUNNING HANDLER) \[(.*)\] \**$/;
const UNREACHABLE = /^(?:fatal|failed): \[.*UNREACHABLE! =>/;
const FAILURE = /^(?:fatal|failed): \[/;

export function playReader(): PlayReader {
  let current: string | undefined;
  let failed: string | undefined;
  let lost = false;
  return {
    read: (line) => {
      const heading = HEADING.exec(line);
      if (heading !== null) current = heading[1];
      else if (UNREACHABLE.test(line)) lost = true;
      else if (FAILURE.test(line)) failed = current;
      else if (line === '...ignoring') failed = undefined;
    },
    failedTask: () => failed,
    unreachable: () => lost,
  };
}
