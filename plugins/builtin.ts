import type { ComponentRegistry } from '../core/contract/component-registry.ts';
import { builtinPostProcessors } from './builtin-post-processors.ts';
import { builtinSchema } from './builtin-schema.ts';
import { resourceNames } from './resource-names.ts';

/** The components and lookups that come with Kiln, sorted. Schema and code load apart: validating loads no driver and no SDK. */
export const builtin: ComponentRegistry = {
  builders: {
    'amazon-chroot': {
      schema: () =>
        builtinSchema(
          'builders/amazon-chroot',
          import('../builders/amazon-chroot/schema.json', { with: { type: 'json' } }),
        ),
      load: async () => (await import('../builders/amazon-chroot/index.ts')).builder,
    },
    'amazon-ebs': {
      schema: () =>
        builtinSchema('builders/amazon-ebs', import('../builders/amazon-ebs/schema.json', { with: { type: 'json' } })),
      load: async () => (await import('../builders/amazon-ebs/index.ts')).builder,
    },
    'amazon-ebssurrogate': {
      schema: () =>
        builtinSchema(
          'builders/amazon-ebssurrogate',
          import('../builders/amazon-ebssurrogate/schema.json', { with: { type: 'json' } }),
        ),
      load: async () => (await import('../builders/amazon-ebssurrogate/index.ts')).builder,
    },
    'amazon-ebsvolume': {
      schema: () =>
        builtinSchema(
          'builders/amazon-ebsvolume',
          import('../builders/amazon-ebsvolume/schema.json', { with: { type: 'json' } }),
        ),
      load: async () => (await import('../builders/amazon-ebsvolume/index.ts')).builder,
    },
    file: {
      schema: () => builtinSchema('builders/file', import('../builders/file/schema.json', { with: { type: 'json' } })),
      load: async () => (await import('../builders/file/index.ts')).builder,
    },
    googlecompute: {
      schema: () =>
        builtinSchema(
          'builders/googlecompute',
          import('../builders/googlecompute/schema.json', { with: { type: 'json' } }),
        ),
      load: async () => (await import('../builders/googlecompute/index.ts')).builder,
    },
    null: {
      schema: () => builtinSchema('builders/null', import('../builders/null/schema.json', { with: { type: 'json' } })),
      load: async () => (await import('../builders/null/index.ts')).builder,
    },
    openstack: {
      schema: () =>
        builtinSchema('builders/openstack', import('../builders/openstack/schema.json', { with: { type: 'json' } })),
      load: async () => (await import('../builders/openstack/index.ts')).builder,
    },
    qemu: {
      schema: () => builtinSchema('builders/qemu', import('../builders/qemu/schema.json', { with: { type: 'json' } })),
      load: async () => (await import('../builders/qemu/index.ts')).builder,
    },
    rootfs: {
      schema: () =>
        builtinSchema('builders/rootfs', import('../builders/rootfs/schema.json', { with: { type: 'json' } })),
      load: async () => (await import('../builders/rootfs/index.ts')).builder,
    },
  },
  provisioners: {
    ansible: {
      schema: () =>
        builtinSchema(
          'provisioners/ansible',
          import('../provisioners/ansible/schema.json', { with: { type: 'json' } }),
        ),
      load: async () => (await import('../provisioners/ansible/index.ts')).provisioner,
    },
    'ansible-local': {
      schema: () =>
        builtinSchema(
          'provisioners/ansible-local',
          import('../provisioners/ansible-local/schema.json', { with: { type: 'json' } }),
        ),
      load: async () => (await import('../provisioners/ansible-local/index.ts')).provisioner,
    },
    breakpoint: {
      schema: () =>
        builtinSchema(
          'provisioners/breakpoint',
          import('../provisioners/breakpoint/schema.json', { with: { type: 'json' } }),
        ),
      load: async () => (await import('../provisioners/breakpoint/index.ts')).provisioner,
    },
    file: {
      schema: () =>
        builtinSchema('provisioners/file', import('../provisioners/file/schema.json', { with: { type: 'json' } })),
      load: async () => (await import('../provisioners/file/index.ts')).provisioner,
    },
    powershell: {
      schema: () =>
        builtinSchema(
          'provisioners/powershell',
          import('../provisioners/powershell/schema.json', { with: { type: 'json' } }),
        ),
      load: async () => (await import('../provisioners/powershell/index.ts')).provisioner,
    },
    reboot: {
      schema: () =>
        builtinSchema('provisioners/reboot', import('../provisioners/reboot/schema.json', { with: { type: 'json' } })),
      load: async () => (await import('../provisioners/reboot/index.ts')).provisioner,
    },
    'salt-masterless': {
      schema: () =>
        builtinSchema(
          'provisioners/salt-masterless',
          import('../provisioners/salt-masterless/schema.json', { with: { type: 'json' } }),
        ),
      load: async () => (await import('../provisioners/salt-masterless/index.ts')).provisioner,
    },
    'salt-ssh': {
      schema: () =>
        builtinSchema(
          'provisioners/salt-ssh',
          import('../provisioners/salt-ssh/schema.json', { with: { type: 'json' } }),
        ),
      load: async () => (await import('../provisioners/salt-ssh/index.ts')).provisioner,
    },
    sbom: {
      schema: () =>
        builtinSchema('provisioners/sbom', import('../provisioners/sbom/schema.json', { with: { type: 'json' } })),
      load: async () => (await import('../provisioners/sbom/index.ts')).provisioner,
    },
    shell: {
      schema: () =>
        builtinSchema('provisioners/shell', import('../provisioners/shell/schema.json', { with: { type: 'json' } })),
      load: async () => (await import('../provisioners/shell/index.ts')).provisioner,
    },
    'shell-local': {
      schema: () =>
        builtinSchema(
          'provisioners/shell-local',
          import('../provisioners/shell-local/schema.json', { with: { type: 'json' } }),
        ),
      load: async () => (await import('../provisioners/shell-local/index.ts')).provisioner,
    },
    sleep: {
      schema: () =>
        builtinSchema('provisioners/sleep', import('../provisioners/sleep/schema.json', { with: { type: 'json' } })),
      load: async () => (await import('../provisioners/sleep/index.ts')).provisioner,
    },
    'windows-restart': {
      schema: () =>
        builtinSchema(
          'provisioners/windows-restart',
          import('../provisioners/windows-restart/schema.json', { with: { type: 'json' } }),
        ),
      load: async () => (await import('../provisioners/windows-restart/index.ts')).provisioner,
    },
    'windows-shell': {
      schema: () =>
        builtinSchema(
          'provisioners/windows-shell',
          import('../provisioners/windows-shell/schema.json', { with: { type: 'json' } }),
        ),
      load: async () => (await import('../provisioners/windows-shell/index.ts')).provisioner,
    },
  },
  postProcessors: builtinPostProcessors,
  dataSources: {
    http: {
      schema: () =>
        builtinSchema('data-sources/http', import('../data-sources/http/schema.json', { with: { type: 'json' } })),
      load: async () => (await import('../data-sources/http/index.ts')).dataSource,
    },
  },
  communicators: {},
  lookups: {
    aws_secretsmanager: { load: async () => (await import('../lookups/amazon/index.ts')).awsSecretsmanager },
    aws_secretsmanager_raw: { load: async () => (await import('../lookups/amazon/index.ts')).awsSecretsmanagerRaw },
    consul_key: { load: async () => (await import('../lookups/consul/index.ts')).consulKey },
    vault: { load: async () => (await import('../lookups/vault/index.ts')).vault },
  },
  verifiers: {
    minisign: { load: async () => (await import('../post-processors/_signing/minisign/verifier.ts')).minisign },
    openpgp: { load: async () => (await import('../post-processors/_signing/openpgp/verifier.ts')).openpgp },
    sigstore: { load: async () => (await import('../post-processors/_signing/sigstore/verifier.ts')).sigstore },
    ssh: { load: async () => (await import('../post-processors/_signing/ssh/verifier.ts')).ssh },
  },
  resourceNames,
};
