import { StepError } from '../../../plugins/sdk/index.ts';
import {
  isRefusal as isAnsweredRefusal,
  OpenStackError,
  type FailureReason,
} from '../../../clients/openstack/index.ts';

const CODES: Readonly<Partial<Record<FailureReason, string>>> = {
  settings: 'OPENSTACK_ACCESS',
  unauthorized: 'OPENSTACK_CREDENTIALS',
  unreachable: 'OPENSTACK_UNREACHABLE',
  untrusted: 'OPENSTACK_UNREACHABLE',
  lost: 'OPENSTACK_UNREACHABLE',
  quota: 'OPENSTACK_QUOTA',
};

const POINTERS: Readonly<Partial<Record<FailureReason, string>>> = {
  settings: '/cloud',
  unauthorized: '/cloud',
  unreachable: '/identity_endpoint',
  untrusted: '/cacert',
};

const HINTS: Readonly<Partial<Record<FailureReason, string>>> = {
  settings:
    'set cloud to an entry of clouds.yaml, or identity_endpoint and a login; OS_CLOUD and the other OS_… variables work too',
  unauthorized:
    'Keystone does not know this login, or the token has ended and cannot be renewed; "openstack token issue" tries it out',
  forbidden: 'the user has no role that may do this in the project',
  quota: 'remove what the project does not need, or ask for a higher quota ("openstack quota show")',
  untrusted: 'set cacert to the file of the certificate authority; insecure leaves the check out',
  unreachable: 'the address may be for use inside the cloud only: see endpoint_type, and HTTPS_PROXY and NO_PROXY',
};

/** What the services' own words are about. */
const WORDS: readonly (readonly [RegExp, { readonly pointer?: string; readonly hint: string }])[] = [
  [
    /Multiple possible networks found/i,
    { pointer: '/networks', hint: 'the project has several networks: say with networks which to use' },
  ],
  [
    /is larger than|smaller than the minimum|disk is too small|FlavorDiskTooSmall|too small for requested image/i,
    { pointer: '/flavor', hint: 'choose a flavor with a larger disk, or set use_blockstorage_volume' },
  ],
  [/memory is too small/i, { pointer: '/flavor', hint: 'choose a flavor with more memory' }],
  [
    /availability zone/i,
    { pointer: '/availability_zone', hint: '"openstack availability zone list" says which there are' },
  ],
  [
    /publicize_image|communitize_image/i,
    {
      pointer: '/image_visibility',
      hint: 'often only an admin may show an image to all projects; "shared" with image_members shows it to some',
    },
  ],
  [
    /External network .* is not reachable|could not find.*route/i,
    {
      pointer: '/floating_ip_network',
      hint: "the server's network needs a router to that network",
    },
  ],
];

function answerOf(error: unknown): OpenStackError | undefined {
  if (error instanceof OpenStackError) return error;
  return error instanceof StepError && error.cause instanceof OpenStackError ? error.cause : undefined;
}

/** Whether OpenStack said that the thing is not there. */
export function isNotFound(error: unknown): boolean {
  return answerOf(error)?.reason === 'not-found';
}

/** Whether it cannot be done as things stand. */
export function isConflict(error: unknown): boolean {
  return answerOf(error)?.reason === 'conflict';
}

/** Whether the thing cannot go because of what is done with it; Cinder says so with 400. */
export function isInUse(error: unknown): boolean {
  const { reason, detail = '' } = answerOf(error) ?? {};
  return reason === 'conflict' || (reason === 'bad-request' && /status must be|in use|attached/i.test(detail));
}

/** What was asked of nobody. */
const UNASKED: readonly FailureReason[] = ['settings', 'unsupported', 'unreachable', 'untrusted'];

/** Whether OpenStack surely did nothing. */
export function isRefusal(error: unknown): boolean {
  const answer = answerOf(error);
  if (answer === undefined || answer.mayHaveHappened) return false;
  return UNASKED.includes(answer.reason) || isAnsweredRefusal(answer);
}

/** Whether it may have been done although its answer was lost. */
export function mayHaveHappened(error: unknown): boolean {
  return answerOf(error)?.mayHaveHappened === true;
}

/** Waits for a call about a thing; undefined when the thing is not there. */
export async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  return call.catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
    return undefined;
  });
}

/** Where Keystone is, or that nobody says so. */
function keystoneFailure(cause: OpenStackError): StepError {
  const { message } = cause;
  const told = /missing/.test(message) ? 'nobody says where OpenStack is (the address of Keystone)' : message;
  return new StepError(told, {
    code: 'OPENSTACK_ACCESS',
    pointer: '/identity_endpoint',
    hint: 'set identity_endpoint or OS_AUTH_URL, or let cloud or OS_CLOUD name an entry of clouds.yaml that has an auth_url',
    cause,
  });
}

/** The error of a call in words for people; an error that is none of the client's is thrown as it is. */
export function callFailure(error: unknown): unknown {
  if (!(error instanceof OpenStackError)) return error;
  const { reason, detail = '', message } = error;
  if (reason === 'unsupported' && /region/.test(message)) {
    return new StepError(message, { code: 'OPENSTACK_REGION', pointer: '/region', cause: error });
  }
  if (reason === 'settings' && /auth_url/.test(message)) return keystoneFailure(error);
  const about = WORDS.find(([pattern]) => pattern.test(detail))?.[1];
  return new StepError(message, {
    code: CODES[reason] ?? 'OPENSTACK_REFUSED',
    pointer: about?.pointer ?? POINTERS[reason],
    hint: about?.hint ?? HINTS[reason],
    cause: error,
  });
}
