import type { ProvisionerStep } from './event.ts';

/** "[2/5] shell: apt-get install -y nginx"; other steps by their name. */
export function stepText({ step, index, of, label }: { readonly step: string } & Partial<ProvisionerStep>): string {
  if (index === undefined || of === undefined || label === undefined) return step;
  return `[${index}/${of}] ${label}`;
}
