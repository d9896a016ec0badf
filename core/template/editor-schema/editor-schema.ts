import type { ComponentEntry } from '../../contract/component.ts';
import type { ComponentRegistry } from '../../contract/component-registry.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { withCommunicatorOptions } from '../../schema/communicator-options.ts';
import { editorProperties } from './editor-property.ts';
import { builderKeys, dataSourceKeys, postProcessorKeys, provisionerKeys, rootProperties } from './template-keys.ts';

type Schemas = Readonly<Record<string, JsonObject>>;

async function schemasOf(entries: Readonly<Record<string, ComponentEntry<unknown>>>): Promise<Schemas> {
  const loaded = await Promise.all(Object.entries(entries).map(async ([type, entry]) => [type, await entry.schema()]));
  return Object.fromEntries(loaded) as Schemas;
}

function requiredOf(schema: JsonObject): readonly JsonValue[] {
  const { required } = schema;
  return Array.isArray(required) ? (required as readonly JsonValue[]) : [];
}

/** One component of any of the types: each type's own options are allowed only with that type. */
function componentSchema(schemas: Schemas, keys: JsonObject): JsonObject {
  const types = Object.keys(schemas);
  return {
    type: 'object',
    required: ['type'],
    properties: { type: { enum: types, description: 'What the component is.' } },
    allOf: Object.entries(schemas).map(([type, schema]) => ({
      if: { properties: { type: { const: type } }, required: ['type'] },
      then: {
        ...(typeof schema['description'] === 'string' ? { description: schema['description'] } : {}),
        properties: { type: true, ...keys, ...editorProperties(schema) },
        required: requiredOf(schema),
        additionalProperties: false,
      },
    })),
  };
}

/** Draft-07 schema of whole templates, made from the installed components: for completion and checks in editors. */
export async function editorSchema(components: ComponentRegistry): Promise<JsonObject> {
  const [builders, provisioners, postProcessors, dataSources] = await Promise.all([
    schemasOf(withCommunicatorOptions(components)),
    schemasOf(components.provisioners),
    schemasOf(components.postProcessors),
    schemasOf(components.dataSources),
  ]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Kiln template',
    description: "A template for machine images: Packer's JSON templates, and what Kiln adds to them.",
    type: 'object',
    required: ['builders'],
    properties: rootProperties,
    patternProperties: { '^_': { type: 'string', description: 'A comment.' } },
    additionalProperties: false,
    definitions: {
      builder: componentSchema(builders, builderKeys),
      provisioner: componentSchema(provisioners, provisionerKeys),
      postProcessor: componentSchema(postProcessors, postProcessorKeys),
      dataSource: componentSchema(dataSources, dataSourceKeys),
      postProcessorEntry: {
        anyOf: [{ enum: Object.keys(postProcessors) }, { $ref: '#/definitions/postProcessor' }],
      },
    },
  };
}
