import { userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { gcePlace } from '../../../support/gce/gce-place.ts';
import { replyLost } from '../../../support/gce/index.ts';
import { sshdMissing } from '../../../support/ssh/sshd.ts';

describe('a build', () => {
  it('makes an image with few calls, and leaves nothing else', async () => {
    await using place = await gcePlace();
    const { report } = await place.bake({ image_family: 'web', image_labels: { team: 'bakery' } });
    expect(report.failure).toBeUndefined();
    const [artifact] = report.artifacts;
    expect(artifact).toMatchObject({
      builderId: 'packer.googlecompute',
      id: 'web',
      description: "A disk image was created in the 'bakery' project: web",
    });
    expect(place.left()).toEqual(['image web']);
    const [image] = place.things('image');
    expect(image?.tags).toMatchObject({ team: 'bakery' });
    expect(image?.tags).toHaveProperty('kiln-run-id');
    expect(place.calls()).toEqual([
      'images.get',
      'images.getFromFamily',
      'images.getFromFamily',
      'instances.insert',
      'zoneOperations.wait',
      'instances.get',
      'instances.get',
      'instances.stop',
      'zoneOperations.wait',
      'instances.get',
      'images.insert',
      'globalOperations.wait',
      'images.get',
      'instances.delete',
      'zoneOperations.wait',
    ]);
    expect(place.gce.broken).toEqual([]);
  });

  it.skipIf(sshdMissing() !== undefined)('lets the provisioners in by the key in the metadata', async () => {
    await using place = await gcePlace({ guest: { kind: 'sshd' } });
    const { report } = await place.bake({ communicator: 'ssh', ssh_username: userInfo().username }, {}, [
      { type: 'shell', inline: ['echo {{ build `SourceImageName` }} >/tmp/kiln-gce-$$; rm /tmp/kiln-gce-$$'] },
    ]);
    expect(report.failure).toBeUndefined();
    expect(place.left()).toEqual(['image web']);
    expect(place.gce.broken).toEqual([]);
  });

  it('makes no image when the template says so', async () => {
    await using place = await gcePlace();
    const { report } = await place.bake({ skip_create_image: true });
    expect(report.failure).toBeUndefined();
    expect(report.artifacts).toMatchObject([{ id: '', description: 'no image was made (skip_create_image)' }]);
    expect(place.left()).toEqual([]);
  });

  it.each(['instances.insert', 'images.insert', 'instances.stop', 'instances.delete', 'zoneOperations.wait'])(
    'is done once when the reply to %s is lost',
    async (call) => {
      await using place = await gcePlace();
      place.gce.plan(replyLost(call));
      const { report } = await place.bake();
      expect(report.failure).toBeUndefined();
      expect(place.left()).toEqual(['image web']);
      expect(place.gce.unusedFaults()).toEqual([]);
    },
  );

  it.each(['instances.insert', 'images.insert'])('leaves nothing when %s is refused', async (call) => {
    await using place = await gcePlace();
    place.gce.plan({ call, error: { status: 403, code: 'forbidden', message: `Required '${call}' permission` } });
    const { report } = await place.bake();
    expect(report.failure).toMatchObject({ code: 'GOOGLE_FORBIDDEN' });
    expect(place.left()).toEqual([]);
  });
});
