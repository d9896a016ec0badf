import { availableParallelism } from 'node:os';
import type { QemuBuilderConfig } from '../config.gen.ts';

/** Virtual CPUs of the machine. Two by default: most guests boot in much less time with a second one. */
export function cpuCount(config: Pick<QemuBuilderConfig, 'cpus' | 'sockets' | 'cores' | 'threads'>): number {
  const { cpus, sockets, cores, threads } = config;
  if (cpus !== undefined) return cpus;
  if (sockets !== undefined || cores !== undefined || threads !== undefined) {
    return (sockets ?? 1) * (cores ?? 1) * (threads ?? 1);
  }
  return Math.min(2, availableParallelism());
}
