import type { Locator } from '../../../../plugins/sdk/cloud.ts';
import type { Cloud } from '../../api/cloud.ts';
import { amazonCode } from '../../api/failure.ts';

export async function releaseSession(SessionId: string, cloud: Cloud): Promise<void> {
  await cloud.ssm('TerminateSession', { SessionId }).catch((error: unknown) => {
    if (amazonCode(error) !== 'DoesNotExistException') throw error;
  });
}

/** Sessions with the instance that the locator names as `target` that were started for this token. */
export async function findSessions(token: string, cloud: Cloud, locator: Locator): Promise<readonly string[]> {
  const target = locator.text('target');
  if (target === '') return [];
  const { Sessions = [] } = await cloud
    .ssm('DescribeSessions', { State: 'Active', Filters: [{ key: 'Target', value: target }] })
    .catch((error: unknown) => {
      // Who may start sessions need not be allowed to list them; they end with the instance.
      if (amazonCode(error)?.startsWith('AccessDenied') !== true) throw error;
      return { Sessions: [] };
    });
  return Sessions.filter(({ Reason }) => Reason === token).map(({ SessionId = '' }) => SessionId);
}
