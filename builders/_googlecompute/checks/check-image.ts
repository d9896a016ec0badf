import { expandHome } from '../../../plugins/sdk/files.ts';
import { errorAt, type Diagnostic, type PrepareContext } from '../../../plugins/sdk/index.ts';
import type { ImageOptions } from '../mixins/image.gen.ts';
import { checkKey } from './check-key.ts';
import { checkLabels, checkName } from './names.ts';

type Diagnostics = readonly Diagnostic[];

/** RFC 3339. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

function checkTimes(config: ImageOptions): Diagnostics {
  return (['deprecate_at', 'obsolete_at', 'delete_at'] as const).flatMap((option) => {
    const text = config[option];
    if (text === undefined || text.includes('{{') || (TIME.test(text) && !Number.isNaN(Date.parse(text)))) return [];
    const hint = 'such as 2027-12-31T00:00:00Z';
    return [errorAt('GOOGLE_IMAGE', `/${option}`, `${JSON.stringify(text)} is no time of RFC 3339`, { hint })];
  });
}

/** What the schema cannot say of the image, whoever makes it. */
export function checkImage(config: ImageOptions, { statPath }: Pick<PrepareContext, 'statPath'>): Diagnostics {
  const files = [
    ['image_platform_key', config.image_platform_key] as const,
    ...(['image_key_exchange_key', 'image_signatures_db', 'image_forbidden_signatures_db'] as const).flatMap((option) =>
      (config[option] ?? []).map((path, index) => [`${option}/${index}`, path] as const),
    ),
  ];
  return [
    ...checkName('image_name', config.image_name),
    ...checkName('image_family', config.image_family),
    ...checkLabels('image_labels', config.image_labels),
    ...checkTimes(config),
    ...checkKey('image_encryption_key', config.image_encryption_key),
    ...files.flatMap(([pointer, path]) =>
      path === undefined || statPath(expandHome(path)) === 'file'
        ? []
        : [errorAt('GOOGLE_IMAGE', `/${pointer}`, `no file ${JSON.stringify(path)}`)],
    ),
  ];
}
