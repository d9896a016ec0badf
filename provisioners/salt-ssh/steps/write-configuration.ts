import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { GuestAddress, JsonObject, ProvisionRun } from '../../../plugins/sdk/index.ts';
import { writeTemporaryFile } from '../../../plugins/sdk/files.ts';
import type { Workspace } from '../../_ssh-client/make-workspace.ts';
import type { SaltSshProvisionerConfig } from '../config.gen.ts';
import type { Sudo } from './find-sudo.ts';

export interface SaltConfiguration {
  /** For --config-dir. */
  readonly directory: string;
  readonly minionId: string;
  /** In the guest. */
  readonly thinDirectory: string;
}

function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function rosterEntry(
  config: SaltSshProvisionerConfig,
  guest: GuestAddress,
  sudo: Sudo,
  thinDirectory: string,
): JsonObject {
  const { host, port, user, password } = guest;
  const guestPath = given(config.guest_path);
  return {
    host,
    port,
    user,
    // The key is given by Kiln's own client: without a word about it Salt would make one.
    priv: 'agent-forwarding',
    thin_dir: thinDirectory,
    sudo: sudo !== 'none',
    // sudo asks at a terminal, where Salt answers.
    ...(sudo === 'asks' ? { tty: true, passwd: password ?? '' } : {}),
    ...(guestPath === undefined ? {} : { set_path: guestPath }),
    ...(config.grains === undefined ? {} : { minion_opts: { grains: config.grains } }),
  };
}

/** Writes the configuration and the roster of one run of Salt, as JSON, which is YAML, too. */
export async function writeConfiguration(
  config: SaltSshProvisionerConfig,
  guest: GuestAddress,
  sudo: Sudo,
  { directory }: Workspace,
  run: Pick<ProvisionRun, 'buildName'>,
): Promise<SaltConfiguration> {
  const minionId = given(config.minion_id) ?? run.buildName.replaceAll(/[^\w.-]+/g, '-');
  const thinDirectory = given(config.thin_dir) ?? `/var/tmp/${basename(directory)}-salt`;
  const place = join(directory, 'salt');
  await mkdir(place, { mode: 0o700 });
  const pillar = given(config.local_pillar_roots);
  const master: JsonObject = {
    root_dir: place,
    cachedir: join(place, 'cache'),
    pki_dir: join(place, 'pki'),
    sock_dir: join(place, 'sock'),
    log_file: join(place, 'log'),
    ssh_log_file: join(place, 'ssh-log'),
    file_roots: { base: [resolve(config.local_state_tree)] },
    pillar_roots: { base: pillar === undefined ? [] : [resolve(pillar)] },
  };
  await writeTemporaryFile(join(place, 'master'), JSON.stringify(master, undefined, 2));
  const roster = { [minionId]: rosterEntry(config, guest, sudo, thinDirectory) };
  await writeTemporaryFile(join(place, 'roster'), JSON.stringify(roster, undefined, 2));
  return { directory: place, minionId, thinDirectory };
}
