import { execFile } from 'node:child_process';

/** Which cloud of which `clouds.yaml` the command line speaks to. */
export interface CloudChoice {
  readonly cloudsFile: string;
  readonly cloud: string;
}

/** A row of a list, or what `show` and `create` print, by the command line's own names. */
export type Printed = Readonly<Record<string, unknown>>;

const MOST_OUTPUT = 64 * 1024 * 1024;

/** What one command printed: JSON that begins with `[` or `{` and ends with the line `]` or `}`. */
function answersIn(text: string): readonly (Printed | readonly Printed[])[] {
  const whole = /^(?:\[\]|\[\n[^]*?^\]|\{\n[^]*?^\})$/gm;
  return [...text.matchAll(whole)].map(([json]) => JSON.parse(json) as Printed | readonly Printed[]);
}

/**
 * Gives commands to Debian's `openstack`, all in one process, and resolves with what each printed. Commands are as in a
 * shell: `image list`. Throws with all that was said when one of them fails.
 */
export function openstack(
  { cloudsFile, cloud }: CloudChoice,
  commands: readonly string[],
): Promise<readonly (Printed | readonly Printed[])[]> {
  const environment = {
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    OS_CLIENT_CONFIG_FILE: cloudsFile,
    OS_CLOUD: cloud,
  };
  return new Promise((resolve, reject) => {
    const options = { env: environment, maxBuffer: MOST_OUTPUT };
    const child = execFile('openstack', [], options, (error, stdout, stderr) => {
      // In this mode the program always ends well.
      if (error === null && stderr.trim() === '') resolve(answersIn(stdout));
      else reject(new Error(`openstack: ${stderr.trim() || (error?.message ?? '')}\n${commands.join('\n')}`));
    });
    child.stdin?.end(commands.map((command) => `${command}\n`).join(''));
  });
}

/** Rows of `list` commands, all of them with `-f json`. */
export async function listAll(choice: CloudChoice, lists: readonly string[]): Promise<readonly (readonly Printed[])[]> {
  const answers = await openstack(
    choice,
    lists.map((list) => `${list} -f json`),
  );
  if (answers.length !== lists.length) throw new Error(`${answers.length} answers to ${lists.join(', ')}`);
  return answers.map((answer) => (Array.isArray(answer) ? (answer as readonly Printed[]) : [answer as Printed]));
}
