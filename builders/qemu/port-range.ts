import type { PortRange } from '../_shared/port-range.ts';
import type { QemuBuilderConfig } from './config.gen.ts';

export type PortOptions = Pick<
  QemuBuilderConfig,
  'host_port_min' | 'host_port_max' | 'ssh_host_port_min' | 'ssh_host_port_max'
>;

export function portRange(config: PortOptions): PortRange {
  return {
    first: config.ssh_host_port_min ?? config.host_port_min,
    last: config.ssh_host_port_max ?? config.host_port_max,
  };
}
