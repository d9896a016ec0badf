import { componentFolders } from '../../../core/dev/components.ts';
import { propertiesOf } from '../../../core/schema/settle.ts';
import type { JsonObject, JsonValue } from '../../../core/contract/json.ts';
import type { Judged } from '../each-a-build.ts';

/** What templates give an option to say nothing, in the order of the recorded answers. */
export const values: readonly JsonValue[] = [null, '', [], {}, 0, '0', '0s'];

const communicator = { ssh_host: 'h', ssh_username: 'u', ssh_password: 'hush-hush' };
const amazon = { region: 'us-east-1', access_key: 'AKIAEXAMPLE', secret_key: 'not a secret' };
/** Its endpoint and password are those of a test OpenStack where Packer is asked, which logs in to validate. */
export const cloud = {
  identity_endpoint: 'https://keystone.example.com/v3',
  username: 'baker',
  password: 'hush-hush',
  domain_name: 'Default',
  tenant_name: 'bakery',
};
/** The text of a key, as Packer wants to see one when it validates. */
const google = {
  project_id: 'bakery',
  account_file: '{"type": "service_account", "client_email": "baker@bakery.example.com", "private_key": "hush-hush"}',
};
const source = { ...amazon, source_ami: 'ami-1' };
const instance = { ...source, instance_type: 't2.micro', ssh_username: 'u' };

/** The least that each component needs, by kind and type; files of these names are in the working directory. */
const least: Readonly<Record<string, JsonObject>> = {
  'builder/amazon-chroot': { ...source, ami_name: 'name' },
  'builder/amazon-ebs': { ...instance, ami_name: 'name' },
  'builder/amazon-ebssurrogate': {
    ...instance,
    ami_name: 'name',
    ami_virtualization_type: 'hvm',
    launch_block_device_mappings: [{ device_name: '/dev/sdb', volume_size: 5 }],
    ami_root_device: { source_device_name: '/dev/sdb', device_name: '/dev/sda1' },
  },
  'builder/amazon-ebsvolume': instance,
  'builder/file': { target: 'new', content: 'x' },
  'builder/googlecompute': { ...google, zone: 'z', source_image: 'image', ssh_username: 'u' },
  'builder/null': communicator,
  'builder/openstack': { ...cloud, source_image: 'id', flavor: 'm1', ssh_username: 'u', image_name: 'name' },
  'builder/qemu': { iso_url: 'file', iso_checksum: 'none', ssh_username: 'u' },
  'builder/rootfs': {},
  'data-source/http': { url: 'http://127.0.0.1:1/' },
  'provisioner/ansible': { playbook_file: 'file' },
  'provisioner/ansible-local': { playbook_file: 'file' },
  'provisioner/file': { source: 'file', destination: '/x' },
  'provisioner/powershell': { inline: ['x'] },
  'provisioner/salt-masterless': { local_state_tree: 'folder' },
  'provisioner/salt-ssh': { local_state_tree: 'folder' },
  'provisioner/shell': { inline: ['x'] },
  'provisioner/shell-local': { inline: ['x'] },
  'provisioner/sleep': { duration: '1s' },
  'provisioner/windows-shell': { inline: ['x'] },
  'post-processor/amazon-import': { ...amazon, s3_bucket_name: 'bucket' },
  'post-processor/artifice': { files: ['file'] },
  'post-processor/convert': { format: 'raw' },
  'post-processor/googlecompute-export': { paths: ['gs://bucket/name.tar.gz'] },
  'post-processor/googlecompute-import': { ...google, bucket: 'bucket', image_name: 'name' },
  'post-processor/openstack-import': { ...cloud, image_name: 'name' },
  'post-processor/shell-local': { inline: ['x'] },
  'post-processor/sign': { methods: ['gpg'] },
  'post-processor/upload': { targets: ['file:///x/'] },
};

export const files: readonly string[] = ['file'];
export const folders: readonly string[] = ['folder'];

export interface Case {
  /** `builder/qemu`. */
  readonly component: string;
  readonly option: string;
  readonly value: JsonValue;
  /** Of the value among all. */
  readonly place: number;
}

/** Every option of every component with each of the values. */
export const cases: readonly Case[] = componentFolders().flatMap(({ kind, type, schema }) =>
  Object.keys(propertiesOf(schema)).flatMap((option) =>
    values.map((value, place) => ({ component: `${kind}/${type}`, option, value, place })),
  ),
);

/** The component with no more than the least. */
export function leastOf(component: string): Judged {
  return { component, options: least[component] ?? {} };
}

/** The option with the value, beside the least. */
export function judged({ component, option, value }: Case): Judged {
  return { component, options: { ...least[component], [option]: value } };
}
