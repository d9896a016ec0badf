import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { PowershellProvisionerConfig } from './config.gen.ts';

export interface GuestPaths {
  readonly script: string;
  readonly variables: string;
}

/** Where a script (by its label) and its variables go; one place for all scripts, unless it is a directory. */
export function guestPaths(config: PowershellProvisionerConfig): (label: string) => GuestPaths {
  const script = config.remote_path ?? `c:/Windows/Temp/script-${randomUUID()}.ps1`;
  const variables = config.remote_env_var_path ?? `c:/Windows/Temp/packer-ps-env-vars-${randomUUID()}.ps1`;
  const inlineName = `script-${randomUUID()}.ps1`;
  return (label) => {
    const name = label === '<inline>' ? inlineName : basename(label);
    return { script: /[/\\]$/.test(script) ? script + name : script, variables };
  };
}
