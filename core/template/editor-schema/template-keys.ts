import type { JsonObject } from '../../contract/json.ts';

const names: JsonObject = { type: ['array', 'string'], items: { type: 'string' } };

const filter: JsonObject = {
  only: { ...names, description: 'Names of the builders that this is for.' },
  except: { ...names, description: 'Names of the builders that this is not for.' },
};

const duration: JsonObject = { type: ['string', 'integer'], examples: ['30s', '5m'] };

/** Keys of a builder that the engine reads itself. */
export const builderKeys: JsonObject = {
  name: { type: 'string', description: "The build's name; the type when it is missing." },
  from: {
    type: ['string', 'array'],
    items: { type: 'string' },
    description: 'Names of the builds whose artifacts this one starts from; the first is its base. Kiln only.',
  },
};

/** Keys of a provisioner that the engine reads itself. */
export const provisionerKeys: JsonObject = {
  name: { type: 'string', description: 'What the provisioner does, for the log and the report. Kiln only.' },
  ...filter,
  override: {
    type: 'object',
    additionalProperties: { type: 'object' },
    description: 'Further options for single builders, by their names.',
  },
  pause_before: { ...duration, description: 'How long to wait before the provisioner starts.' },
  timeout: { ...duration, description: 'How long the provisioner may take.' },
  max_retries: { type: ['integer', 'string'], description: 'How often to try again after a failure.' },
};

/** Keys of a post-processor that the engine reads itself. */
export const postProcessorKeys: JsonObject = {
  ...filter,
  name: { type: 'string', description: 'A name for -except; the type when it is missing.' },
  keep_input_artifact: { type: 'boolean', description: 'Whether what it starts from stays.' },
};

/** Keys of a data source that the engine reads itself. */
export const dataSourceKeys: JsonObject = {
  timeout: { ...duration, description: 'How long its fetching may take; five minutes unless said otherwise.' },
};

/** Keys at the top of a template. */
export const rootProperties: JsonObject = {
  $schema: { type: 'string' },
  description: { type: 'string', description: 'What the template is for; shown by inspect.' },
  min_packer_version: { type: 'string', description: 'The oldest version of Packer that the template is for.' },
  required_plugins: {
    type: 'object',
    additionalProperties: {
      type: ['string', 'object'],
      properties: {
        version: {
          type: 'string',
          description: 'The versions that will do, as npm writes them.',
          examples: ['^1.2.0'],
        },
        source: {
          type: 'string',
          description: 'Where it is installed from; without it npm, by its name.',
          examples: ['./plugins/motd', 'motd-1.2.0.tgz', 'git+file:///srv/git/motd.git'],
        },
        env: {
          type: 'array',
          items: { type: 'string' },
          description: 'Environment variables that a plugin with a process of its own is given.',
        },
      },
      additionalProperties: false,
    },
    description: 'The plugins that components come with, by their names. Kiln only.',
  },
  variables: {
    type: 'object',
    additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
    description: 'Variables with their defaults; null: a value has to be given.',
  },
  'sensitive-variables': {
    type: 'array',
    items: { type: 'string' },
    description: 'Variables whose values are never shown.',
  },
  data: {
    type: 'object',
    propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_-]*$' },
    additionalProperties: { $ref: '#/definitions/dataSource' },
    description: 'Values that are fetched before anything is planned, by names for them. Kiln only.',
  },
  builders: { type: 'array', items: { $ref: '#/definitions/builder' }, description: 'The machines to make images of.' },
  provisioners: {
    type: 'array',
    items: { $ref: '#/definitions/provisioner' },
    description: 'What changes the machines, in order.',
  },
  'error-cleanup-provisioner': { $ref: '#/definitions/provisioner' },
  'post-processors': {
    type: 'array',
    items: {
      anyOf: [
        { $ref: '#/definitions/postProcessorEntry' },
        { type: 'array', items: { $ref: '#/definitions/postProcessorEntry' } },
      ],
    },
    description: 'What becomes of the images; a list inside the list is a sequence.',
  },
  comments: { type: 'array', items: { type: 'object', additionalProperties: { type: 'string' } } },
  push: { type: 'object', description: 'Without effect.' },
};
