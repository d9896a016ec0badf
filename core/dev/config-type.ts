import { compile } from 'json-schema-to-typescript';
import { decodedSchema } from './decoded-schema.ts';
import type { ComponentFolder } from './components.ts';

function pascal(text: string): string {
  return text.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

export function configTypeName(component: ComponentFolder): string {
  return `${pascal(component.type)}${pascal(component.kind)}Config`;
}

/** Source text of a component's config.gen.ts. */
export async function configSource(component: ComponentFolder): Promise<string> {
  const { title: _title, description: _description, ...schema } = decodedSchema(component.schema);
  return compile(schema, configTypeName(component), {
    bannerComment: '// Made from schema.json by `npm run generate`; do not edit.',
    style: { printWidth: 120, singleQuote: true },
    ignoreMinAndMaxItems: true,
    unknownAny: true,
  });
}
