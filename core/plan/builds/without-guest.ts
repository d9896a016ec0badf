import { warningAt, type Finding } from '../../diagnostics/finding.ts';
import type { PlannedBuild } from '../plan.ts';

/** What of a build will find no way into the guest, because the template says that there is none. */
export function withoutGuest({ config, provisioners }: PlannedBuild): readonly Finding[] {
  if (config['communicator'] !== 'none') return [];
  const hint = 'set "communicator", or keep it off this build with "except"';
  return provisioners
    .filter(({ needsNoGuest }) => !needsNoGuest)
    .map(({ type, pointer }) => {
      const message = `the provisioner "${type}" needs the guest, and the communicator of a build is "none"`;
      return warningAt('COMMUNICATOR_NONE', pointer, message, { hint });
    });
}
