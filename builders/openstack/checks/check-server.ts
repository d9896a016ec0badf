import { errorAt, warningAt, type Diagnostic, type PrepareContext } from '../../../plugins/sdk/index.ts';
import { checkNamedKeyPair } from '../../_cloud/check-key-pair.ts';
import { metadataFaults } from '../../_openstack/checks/check-image.ts';
import type { OpenstackBuilderConfig } from '../config.gen.ts';
import { userDataFault } from '../user-data.ts';

type Diagnostics = readonly Diagnostic[];

const USER_DATA = 'OPENSTACK_USER_DATA';

function userData(config: OpenstackBuilderConfig, { statPath }: Pick<PrepareContext, 'statPath'>): Diagnostics {
  const { user_data: text, user_data_file: file } = config;
  const found: Diagnostic[] = [];
  if (file !== undefined && statPath(file) !== 'file') {
    found.push(errorAt(USER_DATA, '/user_data_file', `no file ${JSON.stringify(file)}`));
  }
  if (text === undefined) return found;
  const fault = userDataFault(Buffer.from(text));
  if (file !== undefined) found.push(warningAt(USER_DATA, '/user_data', 'it is not used: user_data_file is given'));
  else if (fault !== undefined) found.push(errorAt(USER_DATA, '/user_data', fault));
  return found;
}

const VOLUME_OPTIONS = [
  'volume_name',
  'volume_type',
  'volume_size',
  'volume_availability_zone',
  'image_disk_format',
] as const;

function volume(config: OpenstackBuilderConfig): Diagnostics {
  if (config.use_blockstorage_volume) return [];
  return VOLUME_OPTIONS.filter((name) => config[name] !== undefined).map((name) =>
    warningAt('OPENSTACK_VOLUME', `/${name}`, 'it is not used: use_blockstorage_volume is not set'),
  );
}

/** What the schema cannot say of the server and its volume. */
export function checkServer(config: OpenstackBuilderConfig, context: Pick<PrepareContext, 'statPath'>): Diagnostics {
  return [
    ...metadataFaults('instance_metadata', config.instance_metadata),
    ...userData(config, context),
    ...volume(config),
    ...checkNamedKeyPair(config, 'OPENSTACK_KEY_PAIR'),
  ];
}
