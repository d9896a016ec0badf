import { errorAt, warningAt, type Diagnostic } from '../../../plugins/sdk/index.ts';
import type { OpenstackBuilderConfig } from '../config.gen.ts';

type Diagnostics = readonly Diagnostic[];

const CODE = 'OPENSTACK_SOURCE';

/** The options of the template that say what to start from. */
function sources(config: OpenstackBuilderConfig): readonly string[] {
  return [
    ...(config.source_image === undefined ? [] : ['source_image']),
    ...(config.source_image_name === undefined ? [] : ['source_image_name']),
    ...(config.source_image_filter?.filters === undefined ? [] : ['source_image_filter']),
    ...(config.external_source_image_url === undefined ? [] : ['external_source_image_url']),
  ];
}

function external(config: OpenstackBuilderConfig): Diagnostics {
  const { external_source_image_url: url, external_source_image_properties: properties } = config;
  if (url === undefined) {
    if (properties === undefined) return [];
    return [
      warningAt(CODE, '/external_source_image_properties', 'it is not used: external_source_image_url is not set'),
    ];
  }
  if (/^https?:\/\//i.test(url) && URL.canParse(url)) return [];
  return [errorAt(CODE, '/external_source_image_url', 'it has to be a URL that Glance can download')];
}

/** What the schema cannot say of the image to start from. */
export function checkSource(config: OpenstackBuilderConfig): Diagnostics {
  const [first, ...others] = sources(config);
  const missing = 'nothing says which image to start from';
  const hint = 'set source_image, source_image_name, source_image_filter with filters, or external_source_image_url';
  return [
    ...(first === undefined ? [errorAt(CODE, '', missing, { hint })] : []),
    ...others.map((name) => errorAt(CODE, `/${name}`, `${name} and ${first ?? ''} are both given`)),
    ...external(config),
  ];
}
