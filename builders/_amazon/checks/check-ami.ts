import { errorAt, type Diagnostic } from '../../../plugins/sdk/index.ts';
import { copyFaults } from '../images/copy-plan.ts';
import type { AmiOptions } from '../mixins/ami.gen.ts';

const TEN_YEARS = 3652 * 24 * 60 * 60_000;

/** What is wrong with the name of an AMI, as the option `ami_name`. */
export function checkName(text: string): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  if (text.length < 3 || text.length > 128) {
    found.push(errorAt('AMAZON_AMI_NAME', '/ami_name', `a name has 3 to 128 characters, and this one ${text.length}`));
  }
  const wrong = [...new Set(text.replaceAll(/[\w()[\] ./\-'@]/g, ''))].join(' ');
  if (wrong !== '') {
    const hint = 'the function clean_resource_name replaces what is not allowed';
    found.push(errorAt('AMAZON_AMI_NAME', '/ami_name', `a name cannot have ${wrong}`, { hint }));
  }
  return found;
}

function description({ ami_description: text = '' }: AmiOptions): readonly Diagnostic[] {
  // What is rendered while it is built has another length then.
  if (text.length <= 255 || text.includes('{{')) return [];
  const message = `a description has at most 255 characters, and this one ${text.length}`;
  return [errorAt('AMAZON_AMI_DESCRIPTION', '/ami_description', message)];
}

function deprecation({ deprecate_at: text }: AmiOptions, now: number): readonly Diagnostic[] {
  if (text === undefined) return [];
  const form = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;
  const time = Date.parse(text);
  if (!form.test(text) || Number.isNaN(time)) {
    return [
      errorAt('AMAZON_DEPRECATE_AT', '/deprecate_at', `${JSON.stringify(text)} is no time`, {
        hint: 'such as 2030-01-01T00:00:00Z',
      }),
    ];
  }
  if (time > now && time - now < TEN_YEARS) return [];
  return [errorAt('AMAZON_DEPRECATE_AT', '/deprecate_at', 'it has to be in the next ten years')];
}

/** What the schema cannot say of the AMI. */
export function checkAmi(
  config: AmiOptions & { readonly region?: string },
  now: number = Date.now(),
): readonly Diagnostic[] {
  const home = (config.region ?? '') === '' ? undefined : config.region;
  const { snapshot_copy_duration_minutes: minutes } = config;
  const uneven = minutes !== undefined && minutes % 15 !== 0;
  return [
    ...checkName(config.ami_name),
    ...description(config),
    ...deprecation(config, now),
    ...(uneven
      ? [errorAt('AMAZON_COPY_DURATION', '/snapshot_copy_duration_minutes', 'it has to be a multiple of 15')]
      : []),
    ...copyFaults(config, home).map(({ code, option, message, hint }) =>
      errorAt(code, `/${option}`, message, { hint }),
    ),
  ];
}
