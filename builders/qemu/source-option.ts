import type { QemuBuilderConfig } from './config.gen.ts';

/** Pointer to the option that says what the machine starts from. */
export function sourceOption(config: Pick<QemuBuilderConfig, 'iso_url' | 'iso_urls'>): string {
  return config.iso_url === undefined ? '/iso_urls' : '/iso_url';
}
