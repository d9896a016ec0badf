import { CommandError, StepError, type Artifact } from '../../../plugins/sdk/index.ts';
import { shownAddress } from '../../../plugins/sdk/http.ts';
import type { ImageFacts, QemuDriver } from '../driver.ts';
import { imageKind, WHOLE_FORMATS } from '../../_shared/image-format.ts';
import type { Obtained } from '../../_shared/download/obtain.ts';

/** A disk image whose format is known; nothing that its guest wrote decides how it is read. */
export interface SourceImage {
  readonly path: string;
  readonly format: string;
  readonly virtualSize: number;
}

function refersElsewhere(path: string, what: string, hint: string): StepError {
  return new StepError(`the image ${shownAddress(path)} ${what}`, { code: 'SOURCE_REFERS_ELSEWHERE', hint });
}

const READS_FILES = 'such an image could read any file of this machine';

function refusal(path: string, origin: Obtained['origin'], facts: Partial<ImageFacts>): StepError {
  const [other] = facts.refersTo ?? [];
  const what = other === undefined ? 'names other files that belong to it' : `refers to another file, ${other}`;
  const way =
    origin === 'local'
      ? 'make one image of it with "qemu-img convert", if you trust it'
      : 'download it yourself if you trust it, and make one image of it with "qemu-img convert"';
  return refersElsewhere(path, what, `${READS_FILES}; ${way}`);
}

async function inspect(path: string, format: string | undefined, driver: QemuDriver): Promise<ImageFacts> {
  try {
    return await driver.inspect(path, format);
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'PROGRAM_FAILED') throw error;
    const reason = (error.outputTail ?? '').trim().split('\n').at(-1) ?? '';
    throw new StepError(`${shownAddress(path)} cannot be read as ${format ?? 'an image'}: ${reason}`, {
      code: 'SOURCE_UNREADABLE',
      cause: error,
    });
  }
}

/**
 * The image that the template names. What comes from a server is in a known format and refers to nothing else; a local
 * one refers to other files only when the template is about such images (`mayRefer`). Throws `StepError`
 * SOURCE_REFERS_ELSEWHERE, SOURCE_FORMAT or SOURCE_UNREADABLE.
 */
export async function sourceImage(
  { path, origin }: Obtained,
  mayRefer: boolean,
  driver: QemuDriver,
): Promise<SourceImage> {
  const allowed = origin === 'local' && mayRefer;
  const kind = origin === 'in place' ? undefined : await imageKind(path);
  if (kind?.opensOthers === true && !allowed) throw refusal(path, origin, {});
  const facts = await inspect(path, kind?.format, driver);
  if (origin !== 'local' && !WHOLE_FORMATS.includes(facts.format)) {
    throw new StepError(`${shownAddress(path)} is an image in the format ${facts.format}`, {
      code: 'SOURCE_FORMAT',
      hint: `what is downloaded has to be ${WHOLE_FORMATS.join(', ')}`,
    });
  }
  if (facts.refersTo.length > 0 && !allowed) throw refusal(path, origin, facts);
  return { path, format: facts.format, virtualSize: facts.virtualSize };
}

/**
 * The disk of another build's artifact, in the format that its builder made it with; an artifact that does not say one is
 * looked at like any other file. Throws `StepError` SOURCE_MISSING and what `sourceImage` throws.
 */
export async function artifactImage(artifact: Artifact, driver: QemuDriver): Promise<SourceImage> {
  const [disk] = artifact.disks ?? [];
  const path = disk?.path ?? artifact.files[0];
  if (path === undefined) {
    throw new StepError('the build named by "from" made no local file to start from', { code: 'SOURCE_MISSING' });
  }
  if (disk === undefined || !WHOLE_FORMATS.includes(disk.format)) {
    return sourceImage({ path, origin: 'local' }, false, driver);
  }
  const { format } = disk;
  return { path, format, virtualSize: (await inspect(path, format, driver)).virtualSize };
}
