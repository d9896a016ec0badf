import { isObject } from '../../../../plugins/sdk/index.ts';
/** What the agent wants to know before data may flow, and what it is told. */
export interface Handshake {
  readonly agentVersion: string;
  /** For the agent, as JSON. */
  readonly response: object;
  /** Why this session cannot be used. */
  readonly problem: string | undefined;
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

function problemOf(type: unknown, parameters: Readonly<Record<string, unknown>>): string | undefined {
  if (type === 'KMSEncryption') {
    // Agents do so for the sessions of a shell only, whatever the account's preferences are.
    return 'the agent wants to encrypt the session with a key of KMS, which agents up to 3.3 do in sessions of a shell only';
  }
  if (type !== 'SessionType') return `the agent asks for ${String(type)}, which is not known`;
  const kind = parameters['SessionType'];
  return kind === 'Port' ? undefined : `the session is one of type ${String(kind)}, and not of type Port`;
}

/** Answers the agent's request for a handshake. */
export function answerHandshake(request: Readonly<Record<string, unknown>>): Handshake {
  const agentVersion = typeof request['AgentVersion'] === 'string' ? request['AgentVersion'] : '';
  const actions = Array.isArray(request['RequestedClientActions'])
    ? request['RequestedClientActions'].filter(isObject)
    : [];
  const processed = actions.map(({ ActionType, ActionParameters }) => ({
    ActionType,
    problem: problemOf(ActionType, isObject(ActionParameters) ? ActionParameters : {}),
  }));
  const problems = processed.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  const old =
    compareVersions(agentVersion, FIRST_AGENT) < 0
      ? `the instance's agent is ${agentVersion}, and has to be at least ${FIRST_AGENT}`
      : undefined;
  return {
    agentVersion,
    problem: problems[0] ?? old,
    response: {
      ClientVersion: CLIENT_VERSION,
      ProcessedClientActions: processed.map(({ ActionType, problem }) => ({
        ActionType,
        ActionStatus: problem === undefined ? SUCCESS : FAILED,
        ActionResult: null,
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
