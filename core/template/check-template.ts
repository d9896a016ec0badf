import { errorAt, warningAt, type Finding, type Mark } from '../diagnostics/finding.ts';
import { nameHint } from '../diagnostics/suggest.ts';
import { pointerToken } from '../diagnostics/pointer.ts';
import { mayBeLost, type BuilderFilter, type Template } from './template.ts';
import { compareVersions } from './version.ts';

interface Filtered extends BuilderFilter {
  readonly pointer: string;
}

function unknownBuilder(names: ReadonlySet<string>, name: string, pointer: string, key: string, mark?: Mark): Finding {
  return errorAt(
    'TEMPLATE_UNKNOWN_BUILDER_NAME',
    pointer,
    `"${key}" names a builder "${name}" that the template does not have`,
    {
      mark,
      hint: () => {
        const known = [...names];
        const rendered = known.some((each) => each.includes('{{'));
        const written = rendered ? 'names are compared as they are written, with their {{…}}' : undefined;
        return nameHint(name, known) ?? written;
      },
    },
  );
}

function checkFilter(
  component: Filtered,
  names: ReadonlySet<string>,
  isMissing: (name: string) => boolean,
): readonly Finding[] {
  const { pointer } = component;
  if (component.only.length > 0 && component.except.length > 0) {
    return [errorAt('TEMPLATE_ONLY_AND_EXCEPT', pointer, '"only" and "except" cannot both be there')];
  }
  return (['only', 'except'] as const).flatMap((key) =>
    component[key].flatMap((name, index) =>
      isMissing(name) ? [unknownBuilder(names, name, `${pointer}/${key}/${String(index)}`, key)] : [],
    ),
  );
}

function checkVersion(template: Template, version: string): readonly Finding[] {
  const wanted = template.minimumVersion;
  if (wanted === '') return [];
  const order = compareVersions(version, wanted);
  if (order === undefined) {
    const message = `"min_packer_version" has to be a version such as "1.6.0", not ${JSON.stringify(wanted)}`;
    return [errorAt('TEMPLATE_VERSION_SYNTAX', '/min_packer_version', message)];
  }
  if (order >= 0) return [];
  const message = `this template asks for Packer ${wanted} or newer; Kiln stands in for Packer ${version}`;
  return [errorAt('TEMPLATE_VERSION', '/min_packer_version', message)];
}

function checkSensitive(template: Template): readonly Finding[] {
  const declared = new Set(template.variables.map((variable) => variable.name));
  return template.sensitiveVariables.flatMap((name, index) => {
    if (declared.has(name)) return [];
    const message = `"sensitive-variables" names "${name}", which is not declared in "variables"`;
    const pointer = `/sensitive-variables/${String(index)}`;
    return [warningAt('VARIABLE_SENSITIVE_UNKNOWN', pointer, message, { hint: () => nameHint(name, [...declared]) })];
  });
}

/**
 * What the template's own keys say about each other, beyond syntax: all that Packer checks before it looks at any
 * component. `version` is the version of Packer that Kiln stands in for.
 */
export function checkTemplate(template: Template, version: string): readonly Finding[] {
  return [...checkVersion(template, version), ...checkSensitive(template), ...checkReferences(template)];
}

/** Whether there are builders, and whether those that other parts of the template name are among them. */
export function checkReferences(template: Template): readonly Finding[] {
  const names = new Set(template.builders.map((builder) => builder.name));
  const isMissing = (name: string): boolean => !names.has(name) && !mayBeLost(template, name);
  const isEmpty = names.size === 0 && template.lostBuilders.length === 0;
  const overrides = template.provisioners.flatMap((provisioner) =>
    Object.keys(provisioner.override)
      .filter(isMissing)
      .map((name) =>
        unknownBuilder(names, name, `${provisioner.pointer}/override/${pointerToken(name)}`, 'override', {
          kind: 'key',
        }),
      ),
  );
  return [
    ...(isEmpty ? [errorAt('TEMPLATE_NO_BUILDERS', '/builders', 'the template has no builder')] : []),
    ...template.provisioners.flatMap((provisioner) => checkFilter(provisioner, names, isMissing)),
    ...template.postProcessors.flat().flatMap((postProcessor) => checkFilter(postProcessor, names, isMissing)),
    ...overrides,
  ];
}
