import type { Builder, ComponentSchema, PostProcessor, Provisioner } from '../contract/component.ts';
import type { DataSource } from '../contract/data-source.ts';
import { readSchema } from '../schema/read-schema.ts';

/** A component under test. */
export interface TestedComponent {
  /** The `type` by which templates name it. */
  readonly type: string;
  /** Where its schema.json is (a path, or a `file:` URL), or the schema with its mixins merged in. */
  readonly schema: string | URL | ComponentSchema;
  readonly component: Builder<object> | Provisioner<object> | PostProcessor<object> | DataSource<object>;
}

/** The component's schema with its mixins. Throws as `readSchema` does. */
export async function schemaOf({ schema }: Pick<TestedComponent, 'schema'>): Promise<ComponentSchema> {
  return typeof schema === 'string' || schema instanceof URL ? readSchema(schema) : schema;
}
