import { OpenStackError } from '../errors/openstack-error.ts';
import { isObject } from '../guards.ts';
import type { Clouds } from './load-clouds.ts';
import { isGiven, overlay, type Values } from './values.ts';

/** Where a cloud is, in the words of who runs it: "profile", formerly "cloud". */
function profileName(cloud: Values): unknown {
  return 'profile' in cloud ? cloud['profile'] : cloud['cloud'];
}

/**
 * What the profile that a cloud names says, over `below`. One that clouds-public.yaml has not is a warning, as for
 * openstacksdk; this library has no profiles of its own.
 */
export function withProfile(below: Values, cloud: Values, all: Clouds, warn: (text: string) => void): Values {
  const name = profileName(cloud);
  if (!isGiven(name) || name === all.environmentName) return below;
  const profile = all.profiles[String(name)];
  if (profile === undefined) {
    warn(`there is no profile "${String(name)}" in clouds-public.yaml; what it says is left out`);
    return below;
  }
  if (isObject(profile)) return overlay(below, profile);
  throw new OpenStackError(`the profile "${String(name)}" is no mapping`, { reason: 'settings' });
}
