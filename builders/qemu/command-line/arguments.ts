/** One switch of QEMU's command line with its value, if it takes one. */
export interface Argument {
  readonly flag: string;
  readonly value?: string;
  /**
   * What the argument is about, as it is named in values. It stays when the template gives arguments of the same
   * switch, unless one of the template's values has this text.
   */
  readonly about?: string;
  /** The part of another argument's value that it is attached to, and the part of its own that says so. */
  readonly attached?: { readonly to: string; readonly by: string };
  /** Kiln cannot do without it: it stays whatever the template says. */
  readonly needed?: true;
}

/** A value inside of a comma-separated list of QEMU. */
export function inList(value: string): string {
  return value.replaceAll(',', ',,');
}

function fromTemplate(parts: readonly string[]): Argument {
  const [flag = '', ...rest] = parts;
  const value = rest.join('');
  return { flag: flag.replace(/^--/, '-'), ...(value === '' ? {} : { value }) };
}

/** Whether what it is attached to is still there, and nothing of the template has taken its place. */
function staysAttached({ attached }: Argument, all: readonly Argument[], given: readonly string[]): boolean {
  if (attached === undefined) return true;
  const has = (value: string, part: string): boolean => value.split(',').includes(part);
  return all.some(({ value = '' }) => has(value, attached.to)) && !given.some((value) => has(value, attached.by));
}

/**
 * Puts the template's `qemuargs` in the place of the builder's arguments of the same switches; the builder's come
 * first, and both keep their order.
 */
export function overrideArguments(own: readonly Argument[], template: readonly (readonly string[])[]): Argument[] {
  const given = template.map(fromTemplate);
  const flags = new Set(given.map(({ flag }) => flag));
  const values = given.map(({ value = '' }) => value);
  const stays = ({ flag, about, needed }: Argument): boolean =>
    needed === true || !flags.has(flag) || (about !== undefined && !values.some((value) => value.includes(about)));
  const choosesAccelerator = flags.has('-accel') || flags.has('-enable-kvm');
  const kept = own
    .filter(stays)
    .map((argument) =>
      argument.flag === '-machine' && choosesAccelerator
        ? { ...argument, value: argument.value?.replace(/,accel=.*/, '') ?? '' }
        : argument,
    );
  return [...kept.filter((argument) => staysAttached(argument, [...kept, ...given], values)), ...given];
}

export function toArgv(list: readonly Argument[]): string[] {
  return list.flatMap(({ flag, value }) => (value === undefined ? [flag] : [flag, value]));
}
