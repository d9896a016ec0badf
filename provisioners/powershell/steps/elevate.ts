import { randomUUID } from 'node:crypto';
import type { ProvisionRun } from '../../../plugins/sdk/index.ts';
import { lateData } from '../../_windows/environment.ts';
import type { PowershellProvisionerConfig } from '../config.gen.ts';
import { elevatedRunner } from '../elevated-runner.ts';
import { encodeScript } from '../script-text.ts';

/**
 * Puts a script into the guest that runs the command as `elevated_user`, and gives the command that runs it. `onUpload` is
 * told where: the script has a password in it and removes itself, unless it never runs.
 */
export async function elevate(
  command: string,
  config: PowershellProvisionerConfig,
  run: ProvisionRun,
  onUpload: (path: string) => void,
): Promise<string> {
  const user = config.elevated_user ?? '';
  if (user === '') return command;
  const password = run.render(config.elevated_password ?? '', lateData(run), '/elevated_password');
  run.addSecret(password);
  const id = randomUUID();
  const path = `C:/Windows/Temp/packer-elevated-shell-${id}.ps1`;
  const runner = elevatedRunner({ name: `packer-${id}`, user, password, command, path });
  onUpload(path);
  await run.communicator.upload({ content: encodeScript(runner) }, path, { signal: run.signal });
  return `powershell -executionpolicy bypass -file "${path}"`;
}
