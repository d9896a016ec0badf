import { errorAt, type Diagnostic, type PrepareContext } from '../../../plugins/sdk/index.ts';
import type { ImageOptions } from '../mixins/image.gen.ts';
import { checkLabels, checkName } from './names.ts';

type Diagnostics = readonly Diagnostic[];

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
    ...files.flatMap(([pointer, path]) =>
      path === undefined || statPath(path) === 'file'
        ? []
        : [errorAt('GOOGLE_IMAGE', `/${pointer}`, `no file ${JSON.stringify(path)}`)],
    ),
  ];
}
