import { keepTogether } from '../../../../plugins/sdk/cloud.ts';
import type { AmazonWork } from '../../amazon-build.ts';
import { MAIN_IMAGE } from '../../pending-parts.ts';
import { snapshotsOf } from '../../api/block-devices.ts';
import type { RegisterImageCommandInput } from '../../api/driver.ts';
import { makeImage, unlessNameTaken, type ImageTags, type MadeImage } from '../make-image.ts';
import { onceKnown } from '../../api/wait.ts';
import type { MadeSnapshot } from '../create-snapshot.ts';

export interface NewRegistration {
  readonly name: string;
  readonly description: string;
  readonly tags: ImageTags;
  /** Architecture, devices and the like. */
  readonly image: Omit<RegisterImageCommandInput, 'Name' | 'Description' | 'TagSpecifications' | 'DryRun'>;
  /** The snapshots of this build behind its devices; they are the image's from now on, and go with it. */
  readonly snapshots: readonly MadeSnapshot[];
}

/** Makes an image of snapshots, in their region, and waits until it is available. */
export async function registerImage(registration: NewRegistration, amazon: AmazonWork): Promise<MadeImage> {
  const { cloud } = amazon;
  const { name, description, tags, image, snapshots } = registration;
  const own = snapshots.map(({ id }) => id);
  const made = await makeImage(
    {
      part: MAIN_IMAGE,
      describe: `AMI ${name} in ${cloud.region}`,
      tags,
      cloud,
      snapshotMarks: snapshots.map(({ mark }) => mark),
      foreignSnapshots: snapshotsOf(image.BlockDeviceMappings).filter((id) => !own.includes(id)),
    },
    (token, tagSpecifications) =>
      unlessNameTaken(
        async () => {
          const input = {
            ...image,
            Name: name,
            ...(description === '' ? {} : { Description: description }),
            // The snapshots have theirs.
            TagSpecifications: tagSpecifications.filter(({ ResourceType }) => ResourceType === 'image'),
          };
          const { ImageId = '' } = await onceKnown(() => cloud.ec2('RegisterImage', input), amazon.build.signal);
          return ImageId;
        },
        token,
        amazon,
      ),
    amazon,
  );
  await keepTogether(snapshots.map(({ acquired }) => acquired));
  return made;
}
