import type { StepError } from '../../../../plugins/sdk/index.ts';
import { interrupted, refused, unlessOurs } from '../../../_transfer/failure.ts';

/** What the service calls an error, and the status that it came with. */
function nameOf(error: unknown): { readonly name: string; readonly status: number | undefined } {
  if (!(error instanceof Error)) return { name: '', status: undefined };
  const metadata: unknown = Reflect.get(error, '$metadata');
  const status: unknown =
    typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'httpStatusCode') : 0;
  return { name: error.name, status: typeof status === 'number' && status > 0 ? status : undefined };
}

const MAY_PASS = /^(SlowDown|RequestTimeout|OperationAborted|IncompleteBody|InternalError|ServiceUnavailable|Throttl)/;

/** There is no such bucket, object or upload. */
export function isMissing(error: unknown): boolean {
  const { name, status } = nameOf(error);
  return status === 404 || name.startsWith('NoSuch') || name === 'NotFound';
}

/** The service knows who asks and does not want that done. */
export function isDenied(error: unknown): boolean {
  return nameOf(error).name === 'AccessDenied';
}

export function isForbidden(error: unknown): boolean {
  return nameOf(error).status === 403;
}

/** An error of the SDK in words. */
export function s3Failure(error: unknown, place: string, signal: AbortSignal): unknown {
  return unlessOurs(error, signal, (failure): StepError => {
    const { name, status } = nameOf(failure);
    const reason = failure instanceof Error ? failure.message || name : String(failure);
    const words = [status, name].filter((word) => word !== undefined && word !== 'Error' && word !== '').join(' ');
    if (name.startsWith('Credentials') || /could not load credentials/i.test(reason)) {
      const hint = 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE';
      return refused(`there are no credentials for ${place}: ${reason}`, hint, failure);
    }
    if (name === 'Error' && /region is missing/i.test(reason)) {
      return refused(`nobody says in which region ${place} is`, 'set "region", or AWS_REGION', failure);
    }
    const told = `${place}: ${reason}${words === '' ? '' : ` (${words})`}`;
    const passes = status === undefined || status >= 500 || status === 429 || MAY_PASS.test(name);
    return passes ? interrupted(told, failure) : refused(told, undefined, failure);
  });
}
