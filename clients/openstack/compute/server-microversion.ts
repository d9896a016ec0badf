import { compareVersions, type MicroversionNeed } from '../versions/microversion.ts';
import type { ServerRequest } from './types.ts';

/** What of a request an older Nova does not know, and since when it is known. */
function needsOf(request: ServerRequest): readonly (readonly [version: string, what: string])[] {
  const { networks, tags, description, block_device_mapping_v2: devices = [] } = request;
  return [
    ...(description === undefined ? [] : [['2.19', 'the description of a server'] as const]),
    ...(Array.isArray(networks) && networks.some((each: object) => 'tag' in each)
      ? [['2.42', 'tags of network interfaces'] as const]
      : []),
    ...(typeof networks === 'string' ? [['2.37', `the networks "${networks}"`] as const] : []),
    ...(tags === undefined ? [] : [['2.52', 'tags of a new server'] as const]),
    ...(devices.some(({ volume_type: type }) => type !== undefined)
      ? [['2.67', 'the type of a boot volume'] as const]
      : []),
  ];
}

/** The microversion that a request for a server needs by what is in it; undefined when every Nova knows it all. */
export function serverMicroversion(request: ServerRequest): MicroversionNeed | undefined {
  const [newest] = [...needsOf(request)].sort(([a], [b]) => compareVersions(b, a));
  return newest === undefined ? undefined : { version: newest[0], reason: newest[1] };
}
