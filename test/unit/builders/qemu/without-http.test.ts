import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Machine } from '../../../../builders/qemu/machine/machine.ts';
import { findKernel } from '../../../../builders/qemu/source/find-kernel.ts';
import { provision } from '../../../../builders/qemu/steps/provision.ts';
import { serveHttp } from '../../../../builders/qemu/steps/serve-http.ts';
import { templateArguments } from '../../../../builders/qemu/command-line/template-arguments.ts';
import { noneCommunicator } from '../../../../core/communicators/none.ts';
import { componentEnvironment } from '../../../../core/run/build/build-data.ts';
import type { BuildData, RenderData } from '../../../../core/contract/build-run.ts';
import { handMadeBuild } from '../../../support/kiln/hand-made-build.ts';
import { qemuConfig } from '../../../support/qemu/qemu-config.ts';

const directory = mkdtempSync(join(tmpdir(), 'kiln-without-http-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function address(_text: string, data: RenderData): string {
  return JSON.stringify([data['HTTPIP'], data['HTTPPort']]);
}

describe('without an HTTP server, the address of this machine as the guest sees it is told', () => {
  const disks = { directory, all: [], efiVars: undefined };

  it('to qemuargs and to the kernel', async () => {
    const kernel = join(directory, 'linux');
    writeFileSync(kernel, 'kernel');
    const config = qemuConfig({ kernel_url: kernel, kernel_args: 'url', qemuargs: [['-append', 'url']] });
    const build = await handMadeBuild({ render: address });
    await using http = await serveHttp(config, build);
    expect(http.seenByGuest).toEqual({ ip: '10.0.2.2', port: 0 });
    const told = '["10.0.2.2",0]';
    const context = { http, disks, name: 'vm', outputDirectory: directory };
    expect(templateArguments(config, context, undefined, build)).toEqual([[told, told]]);
    expect(await findKernel(config, kernel, { name: 'vm', http }, build)).toMatchObject({ args: told });
  });

  it('to provisioners', async () => {
    const told: BuildData[] = [];
    const build = await handMadeBuild({
      provision: (_guest, data) => {
        told.push(data);
        return Promise.resolve();
      },
    });
    await using http = await serveHttp(qemuConfig({}), build);
    const machine = { failed: new AbortController().signal } as unknown as Machine;
    await provision(machine, noneCommunicator, { http, key: undefined }, build);
    const [data = {}] = told;
    expect(data).toMatchObject({ PackerHTTPIP: '10.0.2.2', PackerHTTPPort: '0', PackerHTTPAddr: '10.0.2.2:0' });
    const planned = { name: 'vm', type: 'qemu' };
    expect(componentEnvironment({ runId: 'r' } as never, planned as never, data)).toMatchObject({
      PACKER_HTTP_IP: '10.0.2.2',
      PACKER_HTTP_ADDR: '10.0.2.2:0',
    });
  });
});
