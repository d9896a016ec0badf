import { encryptionWith, type DataKey, type Encryption, type WantedKey } from './encryption.ts';

/** What the agent wants to know before data may flow, and what it is told. */
export interface Handshake {
  readonly agentVersion: string;
  /** For the agent, as JSON. */
  readonly response: object;
  /** Why this session cannot be used. */
  readonly problem: string | undefined;
  /** From the response on; undefined when the agent asks for none. */
  readonly encryption: Encryption | undefined;
}

/**
 * Agents choose by it: from 1.1.70 on they carry several connections at once, and after 1.2.331 they need nothing to be
 * sent when there is nothing to say.
 */
const CLIENT_VERSION = '1.2.707.0';
/** Before it agents carry one connection at a time, in another way. */
const FIRST_AGENT = '3.0.196.0';
/** Up to it agents give up a connection on which nothing is said for half a minute. */
const LAST_IMPATIENT_AGENT = '3.1.1511.0';

const SUCCESS = 1;
const FAILED = 2;

/** Compares versions of numbers and dots; negative when the first is older. */
function compareVersions(one: string, other: string): number {
  const [first, second] = [one, other].map((version) => version.split('.').map(Number));
  for (let index = 0; index < 4; index += 1) {
    const difference = (first?.[index] ?? 0) - (second?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether the agent wants to hear something every few seconds. */
export function wantsKeepAlive(agentVersion: string): boolean {
  return compareVersions(agentVersion, LAST_IMPATIENT_AGENT) <= 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Outcome {
  readonly problem?: string;
  /** For the agent, as JSON. */
  readonly result?: object;
  readonly encryption?: Encryption;
}

type NewKey = (wanted: WantedKey) => Promise<DataKey>;

/** Has KMS make a key, which the agent then has KMS open. */
async function agreeOnKey(parameters: Readonly<Record<string, unknown>>, newKey: NewKey): Promise<Outcome> {
  const { KMSKeyId: keyId, Challenge: said } = parameters;
  if (typeof keyId !== 'string' || keyId === '')
    return { problem: 'the agent names no key to encrypt the session with' };
  const challenge = typeof said === 'string' && said !== '' ? said : undefined;
  try {
    const { plain, sealed } = await newKey({ keyId, challenge });
    return {
      encryption: encryptionWith(plain),
      result: {
        KMSCipherTextKey: Buffer.from(sealed).toString('base64'),
        // No agent looks at it.
        KMSCipherTextHash: null,
        ChallengeAcknowledgement: challenge !== undefined,
      },
    };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

async function carryOut(
  type: unknown,
  parameters: Readonly<Record<string, unknown>>,
  newKey: NewKey,
): Promise<Outcome> {
  if (type === 'KMSEncryption') return agreeOnKey(parameters, newKey);
  if (type !== 'SessionType') return { problem: `the agent asks for ${String(type)}, which is not known` };
  const kind = parameters['SessionType'];
  return kind === 'Port' ? {} : { problem: `the session is one of type ${String(kind)}, and not of type Port` };
}

/** Answers the agent's request for a handshake. `newKey` has KMS make a key; what it throws is the session's problem. */
export async function answerHandshake(request: Readonly<Record<string, unknown>>, newKey: NewKey): Promise<Handshake> {
  const agentVersion = typeof request['AgentVersion'] === 'string' ? request['AgentVersion'] : '';
  const actions = Array.isArray(request['RequestedClientActions'])
    ? request['RequestedClientActions'].filter(isRecord)
    : [];
  const processed = await Promise.all(
    actions.map(async ({ ActionType, ActionParameters }) => ({
      ActionType,
      ...(await carryOut(ActionType, isRecord(ActionParameters) ? ActionParameters : {}, newKey)),
    })),
  );
  const problems = processed.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  const old =
    compareVersions(agentVersion, FIRST_AGENT) < 0
      ? `the instance's agent is ${agentVersion}, and has to be at least ${FIRST_AGENT}`
      : undefined;
  return {
    agentVersion,
    problem: problems[0] ?? old,
    encryption: processed.find(({ encryption }) => encryption !== undefined)?.encryption,
    response: {
      ClientVersion: CLIENT_VERSION,
      ProcessedClientActions: processed.map(({ ActionType, problem, result }) => ({
        ActionType,
        ActionStatus: problem === undefined ? SUCCESS : FAILED,
        ActionResult: result ?? null,
        Error: problem ?? '',
      })),
      Errors: problems,
    },
  };
}

/** The first thing that is said on a data channel, as JSON. */
export function channelOpening(token: string, clientId: string): object {
  return {
    MessageSchemaVersion: '1.0',
    RequestId: crypto.randomUUID(),
    TokenValue: token,
    ClientId: clientId,
    ClientVersion: CLIENT_VERSION,
  };
}
