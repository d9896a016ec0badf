import type { MadeImage } from '../../builders/_amazon/images/make-image.ts';
import { copyImage } from '../../builders/_amazon/images/steps/copy-image.ts';
import { tagList } from '../../builders/_amazon/tags.ts';
import { timestampOf, type ImportWork, type WantedImage } from './image.ts';
import { importImage } from './steps/import-image.ts';
import { uploadObject } from './steps/upload-object.ts';

/** What a copy would have from the start. */
async function describeInPlace(made: MadeImage, image: WantedImage, { cloud }: ImportWork): Promise<void> {
  const Tags = tagList(image.tags.image);
  if (Tags.length > 0) await cloud.ec2('CreateTags', { Resources: [made.id, ...made.snapshotIds], Tags });
  if (image.description === '') return;
  await cloud.ec2('ModifyImageAttribute', { ImageId: made.id, Description: { Value: image.description } });
}

/** A name can only be given to a copy; the AMI that was imported goes then. */
async function rename(imported: MadeImage, image: WantedImage, work: ImportWork): Promise<MadeImage> {
  const { ami_encrypt: encrypted, ami_kms_key: key = '' } = work.config;
  const copy = {
    region: imported.region,
    encrypted: encrypted ? true : undefined,
    kmsKeyId: key === '' ? undefined : key,
  };
  const named = await copyImage(imported, copy, { ...image, minutes: undefined }, work);
  await imported.acquired.release();
  return named;
}

/** Method import-image: the file goes to a bucket, and AWS makes an AMI of it. */
export async function importObject(image: WantedImage, work: ImportWork): Promise<MadeImage> {
  const { config, run } = work;
  const { s3_key_name: given = '', skip_clean: skipClean } = config;
  const key = given === '' ? `packer-import-${timestampOf(run)}.${image.disk.format}` : given;
  const object = await uploadObject(image.disk.path, key, work);
  const imported = await importImage(object, image, work);
  const made = image.name === '' ? imported : await rename(imported, image, work);
  if (image.name === '') await describeInPlace(made, image, work);
  await (skipClean ? object.acquired.keep() : object.acquired.release());
  return made;
}
