import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathKind } from '../../../plugins/sdk/host.ts';
import { StepError, type GuestAddress, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { writeTemporaryFile } from '../../../plugins/sdk/files.ts';
import type { AnsibleProvisionerConfig } from '../config.gen.ts';
import type { ConnectionFiles } from '../../_ssh-client/client-options.ts';
import { connectionVariables } from '../connection.ts';
import { connectionInventory, hostNames, inventoryText } from '../inventory.ts';
import type { Workspace } from '../../_ssh-client/make-workspace.ts';

async function writeOwn(
  text: string,
  directory: string,
  keep: boolean,
  run: Pick<ProvisionRun, 'acquire' | 'say'>,
): Promise<string> {
  const made = await run.acquire(pathKind, {
    describe: 'Ansible inventory',
    locator: { directory },
    create: async (token) => {
      const path = join(directory, `kiln-inventory-${token}`);
      await writeFile(path, text, { mode: 0o600, flag: 'wx' });
      return { id: path, handle: path };
    },
  });
  if (keep) {
    await made.keep();
    run.say(`the inventory stays at ${made.handle}`);
  }
  return made.handle;
}

function guestLine(config: AnsibleProvisionerConfig, guest: GuestAddress, run: Pick<ProvisionRun, 'render'>): string {
  const line = run.render(
    config.inventory_file_template,
    {
      HostAlias: config.host_alias,
      Host: guest.host,
      User: guest.user,
      Port: guest.port,
    },
    '/inventory_file_template',
  );
  if (hostNames(line).length > 0) return line;
  throw new StepError(`inventory_file_template names no host: ${JSON.stringify(line)}`, {
    code: 'ANSIBLE_INVENTORY_EMPTY',
    pointer: '/inventory_file_template',
    hint: 'a line like {{ .HostAlias }} ansible_host={{ .Host }} ansible_port={{ .Port }}',
  });
}

/**
 * Writes what Ansible is told of the guest: the inventory, unless the template has one, and a second one with the
 * connection. Returns their paths in the order they are to be given.
 */
export async function writeInventories(
  config: AnsibleProvisionerConfig,
  guest: GuestAddress,
  files: ConnectionFiles,
  workspace: Workspace,
  run: Pick<ProvisionRun, 'acquire' | 'render' | 'say'>,
): Promise<readonly string[]> {
  const variables = connectionVariables(guest, files);
  const connection = join(workspace.directory, 'connection.json');
  const given = config.inventory_file ?? '';
  if (given !== '') {
    await writeTemporaryFile(connection, connectionInventory(variables, undefined));
    return [given, connection];
  }
  const line = guestLine(config, guest, run);
  const text = inventoryText(line, config.groups ?? [], config.empty_groups ?? []);
  const place = config.inventory_directory ?? '';
  const keptElsewhere = config.keep_inventory_file ? tmpdir() : workspace.directory;
  const inventory = await writeOwn(
    text,
    place === '' ? keptElsewhere : resolve(place),
    config.keep_inventory_file,
    run,
  );
  await writeTemporaryFile(connection, connectionInventory(variables, hostNames(line)));
  return [inventory, connection];
}
