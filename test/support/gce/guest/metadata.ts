import type { InstanceView } from '../resources.ts';

/** A value of the instance's own metadata; empty when it has none. */
export function metadataValue({ metadata }: InstanceView, key: string): string {
  return metadata?.items?.find((item) => item.key === key)?.value ?? '';
}

export function isOn(view: InstanceView, key: string): boolean {
  return /^(true|1|y|yes)$/i.test(metadataValue(view, key));
}
