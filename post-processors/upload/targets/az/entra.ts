import { readFile } from 'node:fs/promises';
import { askService, parseAnswer, type ServiceAnswer } from '../../../../plugins/sdk/http.ts';
import { isObject, StepError } from '../../../../plugins/sdk/index.ts';
import { interrupted, refused } from '../../../_transfer/failure.ts';

/** An application that Entra ID knows, by the variables of Azure's own SDKs. */
export interface EntraApplication {
  /** Without a slash at its end. */
  readonly authority: string;
  readonly tenant: string;
  readonly client: string;
  /** What it proves itself by: a secret, or a file with a token of somebody whom Entra trusts. */
  readonly proof: { readonly secret: string } | { readonly tokenFile: string };
}

const PUBLIC_CLOUD = 'https://login.microsoftonline.com';
/** The scope of all storage accounts. */
const SCOPE = 'https://storage.azure.com/.default';
/** A token is made anew so long before its end. Milliseconds. */
const EARLY = 300_000;

function isSafe(authority: string): boolean {
  if (!URL.canParse(authority)) return false;
  const { protocol, hostname } = new URL(authority);
  return protocol === 'https:' || /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
}

/** The application that the environment describes; undefined when it describes none. Throws UPLOAD_REFUSED for half of one. */
export function entraApplication(environment: NodeJS.ProcessEnv): EntraApplication | undefined {
  const said = (name: string): string | undefined => environment[name] || undefined;
  const [tenant, client] = [said('AZURE_TENANT_ID'), said('AZURE_CLIENT_ID')];
  const [secret, tokenFile] = [said('AZURE_CLIENT_SECRET'), said('AZURE_FEDERATED_TOKEN_FILE')];
  if (secret === undefined && tokenFile === undefined) return undefined;
  if (tenant === undefined || client === undefined) {
    const missing = tenant === undefined ? 'AZURE_TENANT_ID' : 'AZURE_CLIENT_ID';
    const given = secret === undefined ? 'AZURE_FEDERATED_TOKEN_FILE' : 'AZURE_CLIENT_SECRET';
    throw refused(`${given} is set and ${missing} is not, so that nobody can log in to Entra ID`, `set ${missing}`);
  }
  const authority = (said('AZURE_AUTHORITY_HOST') ?? PUBLIC_CLOUD).replace(/\/+$/, '');
  if (!isSafe(authority)) {
    throw refused(
      `AZURE_AUTHORITY_HOST is ${authority}, which is no address of https`,
      `the public cloud has ${PUBLIC_CLOUD}`,
    );
  }
  return { authority, tenant, client, proof: secret === undefined ? { tokenFile: tokenFile ?? '' } : { secret } };
}

async function proofOf({ proof }: EntraApplication): Promise<Record<string, string>> {
  if ('secret' in proof) return { client_secret: proof.secret };
  const { tokenFile } = proof;
  const token = await readFile(tokenFile, 'utf8').catch((cause: unknown) => {
    throw refused(`the file ${tokenFile} of AZURE_FEDERATED_TOKEN_FILE cannot be read`, undefined, cause);
  });
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: token.trim(),
  };
}

function refusal({ client, tenant, proof }: EntraApplication, { status, body }: ServiceAnswer): StepError {
  let told: unknown;
  try {
    told = JSON.parse(body);
  } catch {
    // The status has to do.
  }
  // Its further lines are numbers for Microsoft.
  const words = isObject(told) && typeof told['error_description'] === 'string' ? told['error_description'] : '';
  const [reason = ''] = words.split(/\r?\n/);
  const message = `Entra ID does not let in the application ${client} of tenant ${tenant} (${status})${reason === '' ? '' : `: ${reason}`}`;
  if (status === 429 || status >= 500) return interrupted(message);
  const variable = 'secret' in proof ? 'AZURE_CLIENT_SECRET' : 'the token in AZURE_FEDERATED_TOKEN_FILE';
  return refused(message, `check AZURE_TENANT_ID, AZURE_CLIENT_ID and ${variable}`);
}

async function askForToken(
  application: EntraApplication,
  authority: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly token: string; readonly seconds: number }> {
  const form = {
    grant_type: 'client_credentials',
    client_id: application.client,
    scope: SCOPE,
    ...(await proofOf(application)),
  };
  const url = new URL(`${application.authority}/${encodeURIComponent(application.tenant)}/oauth2/v2.0/token`);
  const answer = await askService({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
    // The certificates of `cacert` are those of a service on one's own premises, which has its own Entra, too.
    ...(application.authority === PUBLIC_CLOUD ? {} : { trust: { authority } }),
    signal,
  }).catch((error: unknown) => {
    throw error instanceof StepError && error.code === 'SERVER_UNREACHABLE' ? interrupted(error.message, error) : error;
  });
  if (answer.status !== 200) throw refusal(application, answer);
  const told = parseAnswer(answer, 'Entra ID');
  const [token, seconds] = isObject(told) ? [told['access_token'], Number(told['expires_in'])] : [];
  if (typeof token !== 'string') throw refused('Entra ID answers without a token');
  return { token, seconds: seconds ?? 0 };
}

/**
 * Tokens for storage accounts, made when they are needed. `authority` is a file of certificates for an Entra of one's own. What
 * it gives throws UPLOAD_REFUSED, and UPLOAD_INTERRUPTED for what may pass.
 */
export function entraLogin(
  application: EntraApplication,
  authority: string | undefined,
  signal: AbortSignal,
): () => Promise<string> {
  const renew = async (): Promise<{ readonly token: string; readonly until: number }> => {
    const { token, seconds } = await askForToken(application, authority, signal);
    return { token, until: Date.now() + seconds * 1000 - EARLY };
  };
  let current = Promise.resolve({ token: '', until: 0 });
  return async () => {
    const before = current;
    const known = await before.catch(() => undefined);
    if (known !== undefined && known.until > Date.now()) return known.token;
    // Calls that come at the same time share one question.
    if (current === before) current = renew();
    return (await current).token;
  };
}
