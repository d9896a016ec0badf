import { errorAt, type Diagnostic, type PrepareContext } from '../../plugins/sdk/index.ts';
import type { RootfsBuilderConfig } from './config.gen.ts';
import { MINIMUM_DISK_SIZE, parseDiskSize } from './disk/disk-layout.ts';

/** What apt reads a Debian archive from. */
const SCHEMES = /^(https?|ftp|file|copy):\/?\//;

/** What the schema cannot say. */
export function prepare(config: RootfsBuilderConfig, context: PrepareContext): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const error = (code: string, message: string, pointer: string, hint: string): void => {
    diagnostics.push(errorAt(code, pointer, message, { hint }));
  };
  if (parseDiskSize(config.disk_size) < MINIMUM_DISK_SIZE) {
    const least = `${MINIMUM_DISK_SIZE / 1024 ** 2}m`;
    error(
      'ROOTFS_DISK_SIZE',
      `disk_size ${config.disk_size} is less than ${least}`,
      '/disk_size',
      `give ${least} or more`,
    );
  }
  if (config.mirror !== undefined && !SCHEMES.test(config.mirror)) {
    error(
      'ROOTFS_MIRROR',
      `mirror ${config.mirror} is not an address apt can read from`,
      '/mirror',
      'give an address such as http://mirror.example/debian',
    );
  }
  if (context.from !== undefined) {
    error('ROOTFS_FROM', 'a rootfs build starts from packages, not from another build', '/from', 'remove "from"');
  }
  const place = config.output_directory ?? `output-${context.buildName}`;
  if (!context.force && context.statPath(place) !== undefined) {
    error(
      'OUTPUT_EXISTS',
      `the output directory ${place} exists already`,
      config.output_directory === undefined ? '' : '/output_directory',
      'move it away, name another one, or replace it with -force',
    );
  }
  return diagnostics;
}
