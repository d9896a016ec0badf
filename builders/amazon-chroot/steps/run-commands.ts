import type { BuildRun, RenderData } from '../../../plugins/sdk/index.ts';
import { runOnHost, type Host } from '../host.ts';

/** Runs the commands of an option one after the other. Throws `CommandError` AMAZON_CHROOT_COMMAND for the first that fails. */
export async function runCommands(
  option: string,
  commands: readonly string[] | undefined,
  data: RenderData,
  host: Host,
  build: BuildRun,
): Promise<void> {
  for (const each of commands ?? []) {
    const command = build.render(each, data);
    build.say(`running: ${command}`);
    await runOnHost(host, {
      doing: `the command ${JSON.stringify(command)} of ${option}`,
      command,
      signal: build.signal,
      onLine: (stream, line) => build.output(stream, line),
    });
  }
}
