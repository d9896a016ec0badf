import type { BuildRun } from '../../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import type { Disks } from '../steps/create-disks.ts';
import type { GuestHttp } from '../steps/serve-http.ts';

/** Leads paths in `output_directory`, as the template has it, to where that is while it is being made. */
export function belowOutput(disks: Disks, outputDirectory: string): (text: string) => string {
  const escaped = outputDirectory.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\/+$/, '');
  const below = new RegExp(`(^|[=,])(?:\\./)?${escaped}/`, 'g');
  return (text) => text.replace(below, (_, before: string) => `${before}${disks.directory}/`);
}

export interface TemplateContext {
  readonly http: GuestHttp;
  readonly disks: Disks;
  /** The machine's name. */
  readonly name: string;
  /** `output_directory` as the template has it. */
  readonly outputDirectory: string;
}

/** The template's arguments; a path below `output_directory` is that of the directory while it is being made. */
export function templateArguments(
  config: QemuBuilderConfig,
  { http, disks, name, outputDirectory }: TemplateContext,
  hostPort: number | undefined,
  build: BuildRun,
): string[][] {
  const data = {
    HTTPIP: http.seenByGuest.ip,
    HTTPPort: http.seenByGuest.port,
    HTTPDir: config.http_directory ?? '',
    OutputDir: disks.directory,
    Name: name,
    SSHHostPort: hostPort ?? 0,
  };
  const below = belowOutput(disks, outputDirectory);
  return (config.qemuargs ?? []).map((argument) =>
    argument.map((text) => below(build.render(text, data, '/qemuargs'))),
  );
}
