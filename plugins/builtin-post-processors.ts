import type { ComponentRegistry } from '../core/contract/component-registry.ts';
import { builtinSchema } from './builtin-schema.ts';

/** The post-processors that come with Kiln, sorted; see `builtin`. */
export const builtinPostProcessors: ComponentRegistry['postProcessors'] = {
  'amazon-import': {
    schema: () =>
      builtinSchema(
        'post-processors/amazon-import',
        import('../post-processors/amazon-import/schema.json', { with: { type: 'json' } }),
      ),
    load: async () => (await import('../post-processors/amazon-import/index.ts')).postProcessor,
  },
  artifice: {
    schema: () =>
      builtinSchema(
        'post-processors/artifice',
        import('../post-processors/artifice/schema.json', { with: { type: 'json' } }),
      ),
    load: async () => (await import('../post-processors/artifice/index.ts')).postProcessor,
  },
  checksum: {
    schema: () =>
      builtinSchema(
        'post-processors/checksum',
        import('../post-processors/checksum/schema.json', { with: { type: 'json' } }),
      ),
    load: async () => (await import('../post-processors/checksum/index.ts')).postProcessor,
  },
  compress: {
    schema: () =>
      builtinSchema(
        'post-processors/compress',
        import('../post-processors/compress/schema.json', { with: { type: 'json' } }),
      ),
    load: async () => (await import('../post-processors/compress/index.ts')).postProcessor,
  },
  convert: {
    schema: () =>
      builtinSchema(
        'post-processors/convert',
        import('../post-processors/convert/schema.json', { with: { type: 'json' } }),
      ),
    load: async () => (await import('../post-processors/convert/index.ts')).postProcessor,
  },
  'googlecompute-export': {
    schema: () =>
      builtinSchema(
        'post-processors/googlecompute-export',
        import('../post-processors/googlecompute-export/schema.json', { with: { type: 'json' } }),
      ),
    load: async () => (await import('../post-processors/googlecompute-export/index.ts')).postProcessor,
  },
  'googlecompute-import': {
    schema: () =>
      builtinSchema(
        'post-processors/googlecompute-import',
        import('../post-processors/googlecompute-import/schema.json', { with: { type: 'json' } }),
      ),
    load: async () => (await import('../post-processors/googlecompute-import/index.ts')).postProcessor,
  },
  manifest: {
    schema: () =>
      builtinSchema(
        'post-processors/manifest',
        import('../post-processors/manifest/schema.json', { with: { type: 'json' } }),
      ),
    load: async () => (await import('../post-processors/manifest/index.ts')).postProcessor,
  },
  'openstack-import': {
    schema: () =>
      builtinSchema(
        'post-processors/openstack-import',
        import('../post-processors/openstack-import/schema.json', { with: { type: 'json' } }),
      ),
    load: async () => (await import('../post-processors/openstack-import/index.ts')).postProcessor,
  },
  provenance: {
    schema: () =>
      builtinSchema(
        'post-processors/provenance',
        import('../post-processors/provenance/schema.json', { with: { type: 'json' } }),
      ),
    load: async () => (await import('../post-processors/provenance/index.ts')).postProcessor,
  },
  sbom: {
    schema: () =>
      builtinSchema('post-processors/sbom', import('../post-processors/sbom/schema.json', { with: { type: 'json' } })),
    load: async () => (await import('../post-processors/sbom/index.ts')).postProcessor,
  },
  'shell-local': {
    schema: () =>
      builtinSchema(
        'post-processors/shell-local',
        import('../post-processors/shell-local/schema.json', { with: { type: 'json' } }),
      ),
    load: async () => (await import('../post-processors/shell-local/index.ts')).postProcessor,
  },
  sign: {
    schema: () =>
      builtinSchema('post-processors/sign', import('../post-processors/sign/schema.json', { with: { type: 'json' } })),
    load: async () => (await import('../post-processors/sign/index.ts')).postProcessor,
  },
  upload: {
    schema: () =>
      builtinSchema(
        'post-processors/upload',
        import('../post-processors/upload/schema.json', { with: { type: 'json' } }),
      ),
    load: async () => (await import('../post-processors/upload/index.ts')).postProcessor,
  },
  vagrant: {
    schema: () =>
      builtinSchema(
        'post-processors/vagrant',
        import('../post-processors/vagrant/schema.json', { with: { type: 'json' } }),
      ),
    load: async () => (await import('../post-processors/vagrant/index.ts')).postProcessor,
  },
};
