import type { InstalledPackage } from '../package.ts';

/** The packages of `/lib/apk/db/installed`: a letter a field. */
export function readApkInstalled(text: string): readonly InstalledPackage[] {
  return text.split(/\n{2,}/).flatMap((paragraph) => {
    // F: begins the list of files, where letters mean other things.
    const [head = ''] = paragraph.split(/^F:/m);
    const fields = new Map([...head.matchAll(/^([A-Za-z]):(.*)$/gm)].map(([, key = '', value = '']) => [key, value]));
    const [name, version] = [fields.get('P'), fields.get('V')];
    if (name === undefined || version === undefined) return [];
    const [source, licence, supplier] = [fields.get('o'), fields.get('L'), fields.get('m')];
    return [
      {
        kind: 'apk' as const,
        name,
        version,
        architecture: fields.get('A') ?? 'noarch',
        ...(source === undefined || source === name ? {} : { source }),
        ...(licence === undefined ? {} : { licence }),
        ...(supplier === undefined ? {} : { supplier }),
      },
    ];
  });
}
