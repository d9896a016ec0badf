import { join } from 'node:path';
import type { JsonObject } from '../contract/json.ts';

/** A group of options that Kiln itself has for components of any package. */
export interface OwnMixin {
  /** Its file in the sources. In the bundle nothing asks for it: there the group's own mixins are merged already. */
  readonly path: string;
  load(): Promise<JsonObject>;
}

const core = join(import.meta.dirname, '..');

/** Kiln's own groups, by the names under which the schema of any package can name them. */
export const ownMixins: Readonly<Record<string, OwnMixin>> = {
  'kiln/communicator': {
    path: join(core, 'communicators/options.schema.json'),
    load: async () => (await import('../communicators/options.schema.json', { with: { type: 'json' } })).default,
  },
  'kiln/shell-local': {
    path: join(core, 'shell-local/options.schema.json'),
    load: async () => (await import('../shell-local/options.schema.json', { with: { type: 'json' } })).default,
  },
};
