import { volumeAt, type AttachedVolume } from '../_amazon/instance/instance-volumes.ts';
import type { SurrogateOptions } from './devices.ts';

interface SwapPlan {
  /** Those that are not to be in the image. */
  readonly remove: readonly AttachedVolume[];
  /** What becomes the root; undefined when it is that already. */
  readonly move: AttachedVolume | undefined;
}

/** Which volumes of the instance are in the way, and which one becomes its root. Throws `StepError` AMAZON_VOLUME_MISSING. */
export function planSwap(config: SurrogateOptions, volumes: readonly AttachedVolume[]): SwapPlan {
  const { source_device_name: source = '', device_name: root = '' } = config.ami_root_device;
  const omitted = config.launch_block_device_mappings
    .filter(({ omit_from_artifact: omit }) => omit)
    .map(({ device_name: name }) => name);
  const isThere = (device: string): boolean => volumes.some((each) => each.device === device);
  // An earlier process, which this one goes on for, may have swapped them.
  const swapped = source === root || (!isThere(source) && isThere(root));
  return {
    remove: volumes.filter(({ device }) => omitted.includes(device) || (device === root && !swapped)),
    move: swapped ? undefined : volumeAt(source, volumes, '/ami_root_device'),
  };
}
