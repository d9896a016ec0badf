import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { builder } from '../../../../builders/openstack/index.ts';
import { finishImage } from '../../../../builders/_openstack/images/finish-image.ts';
import { waitForRackconnect } from '../../../../builders/openstack/guest/wait-for-rackconnect.ts';
import { offerServerConsole } from '../../../../builders/openstack/guest/offer-console.ts';
import type { Cloud } from '../../../../builders/_openstack/api/cloud.ts';
import { openstackKinds } from '../../../../builders/_openstack/kinds/kinds.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { handMadeBuild } from '../../../support/kiln/hand-made-build.ts';
import { freePort } from '../../../support/ssh/sshd.ts';
import { openstackPlace } from '../../../support/openstack/openstack-place.ts';

/** Nobody answers at the server's address. */
const DEAF = { communicator: 'ssh', ssh_username: 'root', ssh_port: 1, ssh_timeout: '2s' };

describe('a guest', () => {
  it('that lets nobody in is told of with the end of its console', async () => {
    await using place = await openstackPlace({ guest: { kind: 'sshd', port: await freePort() } });
    const { report } = await place.bake({ ...DEAF, ssh_host: null });
    expect(report.failure?.message).toContain("The end of the instance's console:\n");
    expect(place.left()).toEqual([]);
  });

  it('gets the key that Kiln made, and no other', async () => {
    await using place = await openstackPlace();
    await place.bake(DEAF);
    const [asked] = place.inputs('compute.createKeypair') as readonly { readonly keypair: JsonObject }[];
    expect(asked?.keypair).toMatchObject({ name: expect.stringMatching(/^packer_/) as string });
    expect(asked?.keypair['public_key']).toMatch(/^ssh-ed25519 /);
  });

  it('with Windows gets an RSA key, by which its password is decrypted', async () => {
    await using place = await openstackPlace();
    const windows = place.cloud.addImage({ name: 'windows', properties: { os_type: 'windows' } });
    const login = { communicator: 'winrm', winrm_username: 'Administrator', winrm_port: 1, winrm_timeout: '2s' };
    const { report, said } = await place.bake({ source_image_name: null, source_image: windows, ...login });
    const [asked] = place.inputs('compute.createKeypair') as readonly { readonly keypair: JsonObject }[];
    expect(asked?.keypair['public_key']).toMatch(/^ssh-rsa /);
    expect(said.join('\n')).toContain('waiting for the password of the administrator');
    expect(report.failure?.code).toMatch(/^WINRM_/);
    expect(place.left()).toEqual([]);
  });

  it('shows its console to whoever watches, and asks Nova only then', async () => {
    let console = 'line 1\n';
    let asked = 0;
    const ask = (() => {
      asked += 1;
      return Promise.resolve(console);
    }) as Cloud['ask'];
    const cloud: Cloud = { region: '', access: { here: '', options: {} }, ask, look: ask };
    const offered: string[] = [];
    const build = await handMadeBuild({
      offerConsole: (path) => {
        offered.push(path);
        return Promise.resolve();
      },
    });
    const open = await offerServerConsole('1', { build, cloud, kinds: openstackKinds('openstack') });
    expect(asked).toBe(0);
    const watcher = connect(offered[0] ?? '');
    const [first] = (await once(watcher, 'data')) as readonly Buffer[];
    console += 'line 2\n';
    const [second] = (await once(watcher, 'data')) as readonly Buffer[];
    expect([String(first), String(second)]).toEqual(['line 1\r\n', 'line 2\r\n']);
    open.close();
    await once(watcher, 'close');
    await build.releaseAll();
  });
});

describe('what no test cloud has', () => {
  /** A cloud whose answers are these, one after another; the last one counts on. */
  function answering(answers: readonly unknown[]): { readonly cloud: Cloud; readonly asked: readonly string[] } {
    const asked: string[] = [];
    const left = [...answers];
    const client: unknown = new Proxy(
      {},
      {
        get: (_, service) =>
          new Proxy(
            {},
            {
              get: (__, things) =>
                new Proxy(
                  {},
                  {
                    get:
                      (___, call) =>
                      (...input: readonly unknown[]) => {
                        asked.push(
                          `${String(service)}.${String(things)}.${String(call)} ${JSON.stringify(input.slice(0, 2))}`,
                        );
                        return Promise.resolve(left.length > 1 ? left.shift() : left[0]);
                      },
                  },
                ),
            },
          ),
      },
    );
    const ask: Cloud['ask'] = (question) => question(client as never, {});
    return { cloud: { region: '', access: { here: '', options: {} }, ask, look: ask }, asked };
  }

  const acquired = { id: '1', handle: undefined, keep: () => Promise.resolve(), release: () => Promise.resolve() };
  const options = {
    ...{ image_name: 'web', image_auto_accept_members: false, image_creation_timeout: 60_000 },
    image_stores: ['near', 'far'],
  };

  it('further stores get a copy of the image, which is waited for', async () => {
    process.env['KILN_OPENSTACK_POLL_SECONDS'] = '0';
    const image = { id: '1', tags: [], stores: 'near' };
    const { cloud, asked } = answering([undefined, image, { ...image, stores: 'near,far' }]);
    const build = await handMadeBuild();
    const work = { build, cloud, kinds: openstackKinds('openstack') };
    await finishImage(options, [], { image: image as never, acquired }, work);
    const request = { method: { name: 'copy-image' }, stores: ['far'], all_stores_must_succeed: true };
    expect(asked).toEqual([
      `image.images.import ${JSON.stringify(['1', request])}`,
      'image.images.get ["1",{}]',
      'image.images.get ["1",{}]',
    ]);
    const failing = answering([undefined, { ...image, os_glance_failed_import: 'far' }]);
    await expect(
      finishImage(options, [], { image: image as never, acquired }, { ...work, cloud: failing.cloud }),
    ).rejects.toMatchObject({ code: 'OPENSTACK_FAILED', message: expect.stringContaining('far') as string });
    await build.releaseAll();
  });

  it('RackConnect is waited for, and fails the build when it fails', async () => {
    process.env['KILN_OPENSTACK_POLL_SECONDS'] = '0';
    const status = (text: string): object => ({ metadata: { rackconnect_automation_status: text } });
    const build = await handMadeBuild();
    const kinds = openstackKinds('openstack');
    const limit = { instance_timeout: 60_000 };
    const deployed = answering([{ metadata: {} }, status('DEPLOYING'), status('DEPLOYED')]);
    await waitForRackconnect(limit, '1', { build, cloud: deployed.cloud, kinds });
    expect(deployed.asked).toHaveLength(3);
    const failed = answering([status('FAILED')]);
    await expect(waitForRackconnect(limit, '1', { build, cloud: failed.cloud, kinds })).rejects.toMatchObject({
      code: 'OPENSTACK_FAILED',
    });
    await build.releaseAll();
  });
});

describe('an image that a post-processor has used up', () => {
  it('is deleted', async () => {
    await using place = await openstackPlace();
    const { report } = await place.bake();
    const [artifact] = report.artifacts;
    expect(place.left()).toEqual(['image']);
    if (artifact === undefined) throw new Error('no artifact');
    const context = { signal: new AbortController().signal, say: () => undefined };
    await builder.discard?.(artifact, context);
    await builder.discard?.(artifact, context);
    expect(place.left()).toEqual([]);
  });
});
