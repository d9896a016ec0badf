import { CommandError, StepError } from '../../../errors/errors.ts';
import { openChannel, placeOf, type HttpChannel, type HttpReply, type PostOptions } from './http-channel.ts';
import { channelBinding } from './ntlm/channel-binding.ts';
import { accountOf, ntlmLogin } from './ntlm/login.ts';
import { sealing } from './ntlm/seal.ts';
import type { WinrmConnectOptions } from '../options.ts';
import { readSealed, SEALED_TYPE, writeSealed } from './sealed-body.ts';

export interface SoapReply {
  readonly status: number;
  readonly text: string;
}

/** A connection that is logged in. */
export interface Session {
  /** Throws what `HttpChannel.post` throws, `StepError` WINRM_LOGIN_REFUSED and `CommandError` WINRM_REPLY. */
  post(envelope: string, options: PostOptions): Promise<SoapReply>;
  alive(): boolean;
  close(): void;
}

const SOAP = 'application/soap+xml;charset=UTF-8';

function schemesOf(reply: HttpReply): string {
  return reply.headers['www-authenticate'] ?? '';
}

function refused(options: WinrmConnectOptions, reply: HttpReply): StepError {
  const offered = schemesOf(reply);
  const wanted = options.ntlm ? /\b(?:negotiate|ntlm)\b/i : /\bbasic\b/i;
  const place = placeOf(options);
  if (offered !== '' && !wanted.test(offered)) {
    const kind = options.ntlm ? 'NTLM' : 'Basic';
    return new StepError(`WinRM at ${place} takes no ${kind} logins; it offers ${offered}`, {
      code: 'WINRM_LOGIN_REFUSED',
      guest: 'not-ready',
      pointer: '/winrm_use_ntlm',
      hint: options.ntlm
        ? 'switch Negotiate on in the guest: winrm set winrm/config/service/auth @{Negotiate="true"}'
        : 'set "winrm_use_ntlm": true, or switch Basic on in the guest: winrm set winrm/config/service/auth @{Basic="true"}',
    });
  }
  return new StepError(`WinRM at ${place} refuses the login of ${options.username}`, {
    code: 'WINRM_LOGIN_REFUSED',
    guest: 'not-ready',
    pointer: options.password === '' ? '/winrm_username' : '/winrm_password',
    hint: 'look at winrm_username and winrm_password; the user has to be an administrator of the guest',
  });
}

function badReply(message: string): CommandError {
  return new CommandError(message, { code: 'WINRM_REPLY', guest: 'not-ready' });
}

function openBasic(options: WinrmConnectOptions): Session {
  const channel = openChannel(options);
  const token = Buffer.from(`${options.username}:${options.password}`).toString('base64');
  return {
    post: async (envelope, given) => {
      const headers = { 'Content-Type': SOAP, Authorization: `Basic ${token}` };
      const reply = await channel.post(headers, Buffer.from(envelope), given);
      if (reply.status === 401) throw refused(options, reply);
      return { status: reply.status, text: reply.body.toString('utf8') };
    },
    alive: () => channel.alive(),
    close: () => channel.close(),
  };
}

/** The token of the server's own that goes with a scheme. */
function tokenIn(reply: HttpReply): Buffer | undefined {
  const token = /\b(?:negotiate|ntlm)\s+([A-Za-z0-9+/=]+)/i.exec(schemesOf(reply))?.[1];
  return token === undefined ? undefined : Buffer.from(token, 'base64');
}

interface NtlmState {
  readonly seals: ReturnType<typeof sealing>;
}

async function logIn(channel: HttpChannel, options: WinrmConnectOptions, given: PostOptions): Promise<NtlmState> {
  const send = (headers: Readonly<Record<string, string>>): Promise<HttpReply> =>
    channel.post({ 'Content-Type': SOAP, ...headers }, Buffer.alloc(0), given);
  // The certificate, which the login names, is known once the server has answered.
  if (options.tls) await send({});
  const certificate = channel.certificate();
  const binding = {
    host: options.host,
    channel: certificate === undefined ? undefined : channelBinding(certificate),
  };
  const login = ntlmLogin(accountOf(options.username, options.password), binding);
  const offer = await send({ Authorization: `Negotiate ${login.first.toString('base64')}` });
  const token = tokenIn(offer);
  if (offer.status !== 401 || token === undefined) {
    if (offer.status === 401) throw refused(options, offer);
    throw badReply(`WinRM at ${placeOf(options)} answers an NTLM login with HTTP status ${offer.status}`);
  }
  const answer = login.answer(token);
  if (answer === undefined) throw badReply(`WinRM at ${placeOf(options)} offers an NTLM login that Kiln does not know`);
  const reply = await send({ Authorization: `Negotiate ${answer.message.toString('base64')}` });
  if (reply.status === 401) throw refused(options, reply);
  return { seals: sealing(answer.sessionKey) };
}

function unsealed(reply: HttpReply, { seals }: NtlmState, isSafe: boolean): string {
  if (!/^multipart\/encrypted/i.test(reply.headers['content-type'] ?? '')) {
    // Complaints may come in the clear; what commands wrote may not.
    if (reply.status === 200 && !isSafe) throw badReply('the guest answered in the clear what has to be encrypted');
    return reply.body.toString('utf8');
  }
  const read = readSealed(reply.body);
  const text = read === undefined ? undefined : seals.open(read.sealed);
  if (read === undefined || text?.length !== read.length) throw badReply('a reply of the guest was changed on its way');
  return text.toString('utf8');
}

/** Over plain HTTP every message is sealed; over TLS the connection does that. */
function openNtlm(options: WinrmConnectOptions): Session {
  const channel = openChannel(options);
  let state: NtlmState | undefined;
  return {
    post: async (envelope, given) => {
      if (!channel.alive()) state = undefined;
      state ??= await logIn(channel, options, given);
      const text = Buffer.from(envelope);
      const reply = options.tls
        ? await channel.post({ 'Content-Type': SOAP }, text, given)
        : await channel.post({ 'Content-Type': SEALED_TYPE }, writeSealed(state.seals.seal(text), text.length), given);
      if (reply.status === 401) throw refused(options, reply);
      return { status: reply.status, text: unsealed(reply, state, options.tls) };
    },
    alive: () => channel.alive(),
    close: () => channel.close(),
  };
}

export function openSession(options: WinrmConnectOptions): Session {
  return options.ntlm ? openNtlm(options) : openBasic(options);
}
