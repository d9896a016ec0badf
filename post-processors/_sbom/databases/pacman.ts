import type { InstalledPackage } from '../package.ts';

/** The package of a `desc` in `/var/lib/pacman/local`: `%NAME%`, and its values on the lines behind. Undefined: it is none. */
export function readPacmanDesc(text: string): InstalledPackage | undefined {
  const fields = new Map(
    text.split(/\n{2,}/).map((part) => {
      const [head = '', ...values] = part.trim().split('\n');
      return [head, values] as const;
    }),
  );
  const first = (name: string): string | undefined => fields.get(`%${name}%`)?.[0];
  const [name, version, source, supplier] = [first('NAME'), first('VERSION'), first('BASE'), first('PACKAGER')];
  if (name === undefined || version === undefined) return undefined;
  const licences = fields.get('%LICENSE%') ?? [];
  return {
    kind: 'alpm',
    name,
    version,
    architecture: first('ARCH') ?? 'any',
    ...(source === undefined || source === name ? {} : { source }),
    ...(licences.length === 0 ? {} : { licence: licences.join(' AND ') }),
    ...(supplier === undefined ? {} : { supplier }),
  };
}
