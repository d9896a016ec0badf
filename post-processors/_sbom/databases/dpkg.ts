import type { InstalledPackage } from '../package.ts';

/** The fields of a paragraph, with continued lines joined. */
function fieldsOf(paragraph: string): ReadonlyMap<string, string> {
  const joined = paragraph.replaceAll(/\n[ \t]/g, ' ');
  const lines = joined.split('\n').map((line) => /^([^:\s]+):[ \t]*(.*)$/.exec(line));
  return new Map(lines.flatMap((match) => (match === null ? [] : [[match[1] ?? '', match[2] ?? ''] as const])));
}

/**
 * The packages of `/var/lib/dpkg/status`, or of a file of `status.d`, whose packages have no status. What was removed and
 * left its configuration behind is not installed.
 */
export function readDpkgStatus(text: string): readonly InstalledPackage[] {
  return text.split(/\n{2,}/).flatMap((paragraph) => {
    const fields = fieldsOf(paragraph);
    const [name, version] = [fields.get('Package'), fields.get('Version')];
    const status = fields.get('Status') ?? 'install ok installed';
    if (name === undefined || version === undefined || !/ (installed|triggers-\w+)$/.test(status)) return [];
    const [source] = (fields.get('Source') ?? name).split(' ');
    const supplier = fields.get('Maintainer');
    return [
      {
        kind: 'deb' as const,
        name,
        version,
        architecture: fields.get('Architecture') ?? 'all',
        ...(source === undefined || source === name ? {} : { source }),
        ...(supplier === undefined ? {} : { supplier }),
      },
    ];
  });
}
