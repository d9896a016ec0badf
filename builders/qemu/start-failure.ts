import type { QemuBuilderConfig } from './config.gen.ts';

/** What QEMU says when it does not take something, and the option that this comes from. */
const SIGNS: readonly (readonly [RegExp, keyof QemuBuilderConfig])[] = [
  [/VNC/, 'vnc_port_min'],
  [/unsupported machine type|Use -machine help/, 'machine_type'],
  [/unable to find CPU model|CPU feature .*not found/, 'cpu_model'],
  [/\bbridge\b/, 'net_bridge'],
  [/cannot set up guest memory|ram size|memory size/i, 'memory'],
  [/Invalid SMP CPUs|maxcpus/i, 'cpus'],
  [/-display|display type/, 'display'],
  [/could not load PC BIOS|bios/i, 'firmware'],
];

export interface StartFailure {
  /** The option that QEMU complains about; undefined when it does not tell. */
  readonly pointer: string | undefined;
  readonly hint: string | undefined;
}

/** Reads from what QEMU said why it did not start. */
export function startFailure(config: Pick<QemuBuilderConfig, 'qemuargs'>, lines: readonly string[]): StartFailure {
  const hint = lines.some((line) => line.includes('VNC'))
    ? 'widen vnc_port_min and vnc_port_max, or set disable_vnc'
    : undefined;
  // QEMU writes the argument that it does not take: "qemu-system-x86_64: -device x: 'x' is not …".
  const own = (config.qemuargs ?? []).findIndex((words) =>
    lines.some((line) => line.includes(`: ${words.join(' ')}: `)),
  );
  if (own >= 0) return { pointer: `/qemuargs/${own}`, hint };
  const sign = SIGNS.find(([pattern]) => lines.some((line) => pattern.test(line)));
  return { pointer: sign && `/${sign[1]}`, hint };
}
