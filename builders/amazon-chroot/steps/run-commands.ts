import { aboutOption, type BuildRun, type RenderData } from '../../../plugins/sdk/index.ts';
import { runOnHost, type Host } from '../host.ts';

/** Runs the commands of an option one after the other. Throws `CommandError` AMAZON_CHROOT_COMMAND for the first that fails. */
export async function runCommands(
  option: string,
  commands: readonly string[] | undefined,
  data: RenderData,
  host: Host,
  build: BuildRun,
): Promise<void> {
  for (const [index, each] of (commands ?? []).entries()) {
    const pointer = `/${option}/${index}`;
    const command = build.render(each, data, pointer);
    build.say(`running: ${command}`);
    await aboutOption(pointer, () =>
      runOnHost(host, {
        doing: `the command ${JSON.stringify(command)} of ${option}`,
        command,
        signal: build.signal,
        onLine: (stream, line) => build.output(stream, line),
      }),
    );
  }
}
