import { inlineScript, namedScripts, type NamedScript } from '../../plugins/sdk/scripts.ts';
import { readInput } from '../../plugins/sdk/files.ts';
import { StepError, throwIfCancelled } from '../../plugins/sdk/index.ts';
import type { ShellProvisionerConfig } from './config.gen.ts';

/** A script as it goes to the guest; `label` names it for the user. */
export interface Script {
  readonly label: string;
  /** The option that it comes from. */
  readonly pointer: string;
  readonly content: Buffer;
}

function unixLineEnds(content: Buffer): Buffer {
  return content.includes('\r\n')
    ? Buffer.from(content.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
    : content;
}

async function readScript({ path, pointer }: NamedScript, binary: boolean, signal: AbortSignal): Promise<Script> {
  try {
    const content = await readInput(path, signal);
    return { label: path, pointer, content: binary ? content : unixLineEnds(content) };
  } catch (cause) {
    throwIfCancelled(signal);
    throw new StepError(`cannot read script ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      code: 'SCRIPT_UNREADABLE',
      pointer,
      cause,
    });
  }
}

/** The scripts in order; each file is read when its turn comes, since an earlier one may have made it. */
export async function* scriptsOf(config: ShellProvisionerConfig, signal: AbortSignal): AsyncGenerator<Script> {
  if (config.inline !== undefined && config.inline.length > 0) {
    const content = Buffer.from(inlineScript(config.inline, config.inline_shebang));
    yield { label: '<inline>', pointer: '/inline', content: config.binary ? content : unixLineEnds(content) };
  }
  for (const script of namedScripts(config)) yield readScript(script, config.binary, signal);
}
