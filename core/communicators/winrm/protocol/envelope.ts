import { randomUUID } from 'node:crypto';

const TRANSFER = 'http://schemas.xmlsoap.org/ws/2004/09/transfer';
const ANONYMOUS = 'http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous';

/** Namespaces of what goes out; what comes in is read by them too. */
export const NS = {
  s: 'http://www.w3.org/2003/05/soap-envelope',
  a: 'http://schemas.xmlsoap.org/ws/2004/08/addressing',
  w: 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd',
  p: 'http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd',
  f: 'http://schemas.microsoft.com/wbem/wsman/1/wsmanfault',
  rsp: 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell',
} as const;
const SHELL = NS.rsp;

/** The size of messages that every Windows takes, in bytes. */
export const ENVELOPE_BYTES = 153_600;
/** How long the guest keeps a question open that it has no answer to yet. */
export const OPERATION_SECONDS = 20;

const ACTIONS = {
  Create: `${TRANSFER}/Create`,
  Delete: `${TRANSFER}/Delete`,
  Command: `${SHELL}/Command`,
  Receive: `${SHELL}/Receive`,
  Send: `${SHELL}/Send`,
  Signal: `${SHELL}/Signal`,
} as const;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as XML. Line ends are written as references: a parser would make others of them. */
function xmlText(text: string): string {
  return text
    .replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign)
    .replace(/[\t\r\n]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

interface Request {
  readonly to: string;
  readonly action: keyof typeof ACTIONS;
  readonly shellId?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly body: string;
}

function selectors(shellId: string | undefined): string {
  return shellId === undefined
    ? ''
    : `<w:SelectorSet><w:Selector Name="ShellId">${xmlText(shellId)}</w:Selector></w:SelectorSet>`;
}

function optionSet(options: Readonly<Record<string, string>> | undefined): string {
  if (options === undefined) return '';
  const each = Object.entries(options).map(([name, value]) => `<w:Option Name="${name}">${value}</w:Option>`);
  return `<w:OptionSet>${each.join('')}</w:OptionSet>`;
}

function envelope({ to, action, shellId, options, body }: Request): string {
  const must = 's:mustUnderstand="true"';
  const names = (['s', 'a', 'w', 'p', 'rsp'] as const).map((name) => `xmlns:${name}="${NS[name]}"`);
  return [
    `<?xml version="1.0" encoding="UTF-8"?><s:Envelope ${names.join(' ')}><s:Header>`,
    `<a:To>${xmlText(to)}</a:To>`,
    `<w:ResourceURI ${must}>${SHELL}/cmd</w:ResourceURI>`,
    `<a:ReplyTo><a:Address ${must}>${ANONYMOUS}</a:Address></a:ReplyTo>`,
    `<a:Action ${must}>${ACTIONS[action]}</a:Action>`,
    `<w:MaxEnvelopeSize ${must}>${ENVELOPE_BYTES}</w:MaxEnvelopeSize>`,
    `<a:MessageID>uuid:${randomUUID().toUpperCase()}</a:MessageID>`,
    `<w:Locale xml:lang="en-US" s:mustUnderstand="false"/><p:DataLocale xml:lang="en-US" s:mustUnderstand="false"/>`,
    selectors(shellId),
    `<w:OperationTimeout>PT${OPERATION_SECONDS}S</w:OperationTimeout>`,
    optionSet(options),
    `</s:Header><s:Body>${body}</s:Body></s:Envelope>`,
  ].join('');
}

/** A shell whose output is UTF-8, with the user's profile. */
export function createShell(to: string): string {
  const options = { WINRS_NOPROFILE: 'FALSE', WINRS_CODEPAGE: '65001' };
  const streams = '<rsp:InputStreams>stdin</rsp:InputStreams><rsp:OutputStreams>stdout stderr</rsp:OutputStreams>';
  return envelope({ to, action: 'Create', options, body: `<rsp:Shell>${streams}</rsp:Shell>` });
}

export function deleteShell(to: string, shellId: string): string {
  return envelope({ to, action: 'Delete', shellId, body: '' });
}

/** `line` is for cmd.exe. */
export function runCommandLine(to: string, shellId: string, line: string): string {
  const options = { WINRS_CONSOLEMODE_STDIN: 'TRUE', WINRS_SKIP_CMD_SHELL: 'FALSE' };
  const body = `<rsp:CommandLine><rsp:Command>${xmlText(line)}</rsp:Command></rsp:CommandLine>`;
  return envelope({ to, action: 'Command', shellId, options, body });
}

export function receiveOutput(to: string, shellId: string, commandId: string): string {
  const wanted = `<rsp:DesiredStream CommandId="${xmlText(commandId)}">stdout stderr</rsp:DesiredStream>`;
  return envelope({ to, action: 'Receive', shellId, body: `<rsp:Receive>${wanted}</rsp:Receive>` });
}

export function sendInput(to: string, shellId: string, commandId: string, data: Buffer, isLast: boolean): string {
  const end = isLast ? ' End="true"' : '';
  const stream = `<rsp:Stream Name="stdin" CommandId="${xmlText(commandId)}"${end}>${data.toString('base64')}</rsp:Stream>`;
  return envelope({ to, action: 'Send', shellId, body: `<rsp:Send>${stream}</rsp:Send>` });
}

/** Ends a command. */
export function terminate(to: string, shellId: string, commandId: string): string {
  const code = `<rsp:Code>${SHELL}/signal/terminate</rsp:Code>`;
  return envelope({
    to,
    action: 'Signal',
    shellId,
    body: `<rsp:Signal CommandId="${xmlText(commandId)}">${code}</rsp:Signal>`,
  });
}
