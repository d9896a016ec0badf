import { describe, expect, it } from 'vitest';
import type { RootfsBuilderConfig } from '../../../../builders/rootfs/config.gen.ts';
import { builder } from '../../../../builders/rootfs/index.ts';
import type { PrepareContext } from '../../../../plugins/sdk/index.ts';
import { componentConfig, prepareContext } from '../../../support/component-config.ts';

const config: RootfsBuilderConfig = componentConfig('builders/rootfs', {});
const context = prepareContext({ buildName: 'base', builderType: 'rootfs' });

function codes(changed: Partial<RootfsBuilderConfig>, given: Partial<PrepareContext> = {}): readonly string[] {
  return builder
    .prepare({ ...config, ...changed }, { ...context, ...given })
    .map(({ code, pointer }) => `${code} ${pointer}`);
}

describe('prepare', () => {
  it('accepts the defaults', () => {
    expect(codes({})).toEqual([]);
  });

  it('refuses a disk that no Debian fits on', () => {
    expect(codes({ disk_size: '511' })).toEqual(['ROOTFS_DISK_SIZE /disk_size']);
    expect(codes({ disk_size: '512' })).toEqual([]);
  });

  it('refuses a mirror that is no address', () => {
    expect(codes({ mirror: 'mirror.example/debian' })).toEqual(['ROOTFS_MIRROR /mirror']);
    expect(codes({ mirror: 'file:/srv/debian' })).toEqual([]);
  });

  it('refuses to start from another build', () => {
    expect(codes({}, { from: 'other' })).toEqual(['ROOTFS_FROM /from']);
  });

  it('refuses an output directory that is there, unless forced', () => {
    const statPath: PrepareContext['statPath'] = (path) => (path === 'output-base' ? 'directory' : undefined);
    expect(codes({}, { statPath })).toEqual(['OUTPUT_EXISTS ']);
    expect(codes({ output_directory: 'output-base' }, { statPath })).toEqual(['OUTPUT_EXISTS /output_directory']);
    expect(codes({}, { statPath, force: true })).toEqual([]);
  });
});

describe('requirements', () => {
  it('are fewer for raw images', () => {
    const programs = (format: 'raw' | 'qcow2'): readonly string[] =>
      builder.needs({ ...config, format }).map(({ program }) => program);
    expect(programs('qcow2')).toContain('qemu-img');
    expect(programs('raw')).not.toContain('qemu-img');
    expect(builder.programs.map(({ program }) => program)).toEqual(programs('qcow2'));
  });
});
