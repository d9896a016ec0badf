import type { ComponentKind, ComponentSchema } from '../plan/component.ts';
import type { Finding } from '../diagnostics/finding.ts';
import { pointerToken } from '../template/json-source.ts';
import { compileSchema } from './compile.ts';
import { decodeConfig, type ConfigLayer, type Decoded } from './decode.ts';
import { explainErrors } from './explain.ts';

type ValidateFunction = Awaited<ReturnType<typeof compileSchema>>;

/** A component's schema with everything made from it once. */
export interface ComponentValidator {
  readonly schema: ComponentSchema;
  readonly subject: string;
  readonly validate: ValidateFunction;
}

/** `subject` is `builder "qemu"`. */
export async function componentValidator(
  kind: ComponentKind,
  type: string,
  schema: ComponentSchema,
): Promise<ComponentValidator> {
  return { schema, subject: `${kind} "${type}"`, validate: await compileSchema(kind, type, schema) };
}

/** Leads from a pointer into a decoded configuration to where that value stands in the template. */
export function rebase(decoded: Pick<Decoded, 'origins'>, component: string, pointer: string): string {
  const [, token = '', ...rest] = pointer.split('/');
  if (token === '') return component;
  const option = token.replaceAll('~1', '/').replaceAll('~0', '~');
  const origin = decoded.origins.get(option) ?? `${component}/${pointerToken(option)}`;
  return [origin, ...rest].join('/');
}

function topOption(instancePath: string, missing: unknown): string {
  return instancePath.split('/')[1] ?? (typeof missing === 'string' ? missing : '');
}

/**
 * Decodes a component's configuration and checks it against its schema. `deferred` options are known only later:
 * nothing is said about them. `pointer` is the component's. Never throws.
 */
export function decodeAndValidate(
  validator: ComponentValidator,
  layers: readonly ConfigLayer[],
  pointer: string,
  deferred: ReadonlySet<string>,
): Decoded {
  const { schema, subject, validate } = validator;
  const decoded = decodeConfig(schema, layers, subject);
  const broken = new Set([...decoded.broken, ...deferred]);
  if (validate(decoded.config)) return { ...decoded, broken };
  const errors = (validate.errors ?? []).filter(({ instancePath, params }) => {
    const missing = (params as { readonly missingProperty?: unknown }).missingProperty;
    return !broken.has(topOption(instancePath, missing));
  });
  const complaints: readonly Finding[] = explainErrors(errors, {
    name: subject,
    rebase: (path) => rebase(decoded, pointer, path),
  });
  return { ...decoded, broken, findings: [...decoded.findings, ...complaints] };
}
