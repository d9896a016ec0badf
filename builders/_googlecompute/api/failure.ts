import { StepError, TimeoutError } from '../../../plugins/sdk/index.ts';
import { GoogleError, readFailure } from './google-error.ts';

/** What people can do about an error, by the words of Google. */
interface Advice {
  readonly code: string;
  readonly hint?: string;
  readonly pointer?: string;
}

const NO_ROOM =
  'Google has no room for such a machine in this zone now: try another zone or machine_type, or build later; a spot machine finds room less often';

const REASONS: Readonly<Record<string, Advice>> = {
  quotaExceeded: { code: 'GOOGLE_QUOTA' },
  QUOTA_EXCEEDED: { code: 'GOOGLE_QUOTA' },
  limitExceeded: { code: 'GOOGLE_QUOTA' },
  ZONE_RESOURCE_POOL_EXHAUSTED: { code: 'GOOGLE_CAPACITY', hint: NO_ROOM, pointer: '/zone' },
  ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS: { code: 'GOOGLE_CAPACITY', hint: NO_ROOM, pointer: '/zone' },
  authError: {
    code: 'GOOGLE_CREDENTIALS',
    hint: 'the access token has ended or is of something else; "gcloud auth print-access-token" makes a new one',
  },
  accessNotConfigured: {
    code: 'GOOGLE_FORBIDDEN',
    hint: 'the Compute Engine API is not enabled in the project: "gcloud services enable compute.googleapis.com"',
    pointer: '/project_id',
  },
  forbidden: {
    code: 'GOOGLE_FORBIDDEN',
    hint: 'the account needs the roles Compute Instance Admin (v1) and Service Account User',
  },
  PERMISSIONS_ERROR: { code: 'GOOGLE_FORBIDDEN' },
  alreadyExists: { code: 'GOOGLE_EXISTS' },
};

/** What Google's own words are about. */
const WORDS: readonly (readonly [RegExp, Pick<Advice, 'hint' | 'pointer'>])[] = [
  [
    /serviceaccounts?\.actAs|service account user/i,
    {
      hint: 'the account needs the role Service Account User (iam.serviceAccounts.actAs) on the service account of the instance',
      pointer: '/service_account_email',
    },
  ],
  [
    /machineType/i,
    { hint: '"gcloud compute machine-types list --zones ZONE" says which there are', pointer: '/machine_type' },
  ],
  [
    /subnetwork/i,
    {
      hint: 'a network in custom mode needs subnetwork; one of another project also network_project_id',
      pointer: '/subnetwork',
    },
  ],
  [/network/i, { pointer: '/network' }],
  [/disk size|diskSizeGb/i, { hint: 'set disk_size to the size of the source image or more', pointer: '/disk_size' }],
  [
    /acceleratorType|onHostMaintenance/i,
    { pointer: '/accelerator_type', hint: '"gcloud compute accelerator-types list" says which a zone has' },
  ],
  [
    /constraint.*violated|constraints\/compute/i,
    {
      hint: 'a policy of the organisation forbids it: "gcloud resource-manager org-policies list" says which there are',
    },
  ],
];

function quotaHint(message: string): string {
  const [, metric = '', region = ''] = /Quota '?([\w-]+)'? exceeded.*? in region ([\w-]+)/.exec(message) ?? [];
  const where = metric === '' ? 'the quota of the project' : `the quota ${metric} of the region ${region}`;
  return `ask for more of ${where} (IAM & Admin, Quotas), remove what is not needed, or build in another region`;
}

function adviceFor({ status, reason, message }: GoogleError): Advice {
  const known = REASONS[reason] ?? { code: status === 0 ? 'GOOGLE_UNREACHABLE' : 'GOOGLE_REFUSED' };
  const byStatus = status === 401 ? REASONS['authError'] : status === 403 ? REASONS['forbidden'] : undefined;
  const advice = REASONS[reason] === undefined ? (byStatus ?? known) : known;
  const hint = advice.code === 'GOOGLE_QUOTA' ? quotaHint(message) : advice.hint;
  const about = WORDS.find(([pattern]) => pattern.test(message))?.[1];
  const isNamed = advice.code === 'GOOGLE_QUOTA' || advice.code === 'GOOGLE_CAPACITY';
  return {
    ...advice,
    ...(hint === undefined ? {} : { hint }),
    ...(isNamed || about === undefined ? {} : about),
  };
}

/** An error of Google in words for people. */
export function explain(error: GoogleError, prefix = ''): StepError {
  const { code, hint, pointer } = adviceFor(error);
  const said = error.reason === '' ? '' : ` (${error.reason})`;
  const message =
    error.status === 0 ? `Google cannot be reached: ${error.message}` : `${prefix}${error.message}${said}`;
  return new StepError(message, { code, hint, pointer, cause: error });
}

/** The error of a call in words for people; an error that is none of Google's library is thrown as it is. */
export function callFailure(error: unknown): unknown {
  if (error instanceof StepError || error instanceof TimeoutError) return error;
  const failure = error instanceof GoogleError ? error : readFailure(error);
  return failure === undefined ? error : explain(failure);
}
