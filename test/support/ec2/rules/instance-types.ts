import { _InstanceType } from '@aws-sdk/client-ec2';

const NAMES: ReadonlySet<string> = new Set(Object.values(_InstanceType));

export function isInstanceType(name: string): boolean {
  return NAMES.has(name);
}

/** "arm64", "i386" or "x86_64", by the letters after the generation: m6g, c7gn, a1; t1 and m1 are old. */
export function architecturesOf(name: string): readonly string[] {
  const [family = ''] = name.split('.');
  if (family === 'a1' || /^[a-z]+\d+g[a-z]*$/.test(family)) return ['arm64'];
  if (/^(mac2|mac-m)/.test(family)) return ['arm64_mac'];
  if (/^mac1/.test(family)) return ['x86_64_mac'];
  if (/^(t1|t2|m1|c1|m2|c3|m3)$/.test(family)) return ['i386', 'x86_64'];
  return ['x86_64'];
}

/** Types of the Xen hypervisor; the others are Nitro's, which want ENA. */
export function isXen(name: string): boolean {
  return /^(t1|t2|m1|m2|m3|m4|c1|c3|c4|r3|r4|d2|i2|i3|g2|g3|p2|p3|x1)\./.test(name);
}
