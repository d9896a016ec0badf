import { DOMParser, ParseError, type Document, type Element } from '@xmldom/xmldom';
import { CommandError } from '../../../errors/errors.ts';
import { NS } from './envelope.ts';
import type { SoapReply } from './session.ts';

/** What a guest says instead of doing what it was asked. */
export interface Fault {
  /** Windows' number, as decimal text; empty when the fault has none. */
  readonly code: string;
  readonly text: string;
}

export type SoapOutcome = { readonly document: Document } | { readonly fault: Fault };

export interface Output {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly done: boolean;
  readonly exitStatus: number | undefined;
}

function elements(within: Document | Element, namespace: string, name: string): readonly Element[] {
  return [...within.getElementsByTagNameNS(namespace, name)];
}

function textOf(element: Element | undefined): string {
  return (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
}

function faultIn(document: Document): Fault | undefined {
  const [fault] = elements(document, NS.s, 'Fault');
  if (fault === undefined) return undefined;
  const [detail] = elements(fault, NS.f, 'WSManFault');
  const [message] = detail === undefined ? [] : elements(detail, NS.f, 'Message');
  const [reason] = elements(fault, NS.s, 'Text');
  const text = textOf(message) === '' ? textOf(reason) : textOf(message);
  return { code: detail?.getAttribute('Code') ?? '', text: text === '' ? 'no reason was given' : text };
}

function parse(text: string): Document | undefined {
  try {
    return new DOMParser({ onError: () => undefined }).parseFromString(text, 'text/xml');
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

/** What a reply says. Throws `CommandError` WINRM_REPLY for what is no reply of WinRM's. */
export function answerIn(reply: SoapReply): SoapOutcome {
  const document = parse(reply.text);
  const fault = document === undefined ? undefined : faultIn(document);
  if (fault !== undefined) return { fault };
  if (document !== undefined && reply.status === 200 && elements(document, NS.s, 'Envelope').length === 1) {
    return { document };
  }
  throw new CommandError(`the guest's answer is none of WinRM's (HTTP status ${reply.status})`, {
    code: 'WINRM_REPLY',
    guest: 'not-ready',
  });
}

function idIn(document: Document, namespace: string, name: string, attribute?: string): string {
  const found = elements(document, namespace, name).find(
    (element) => attribute === undefined || element.getAttribute('Name') === attribute,
  );
  const id = textOf(found);
  if (id === '')
    throw new CommandError(`the guest's answer has no ${attribute ?? name}`, {
      code: 'WINRM_REPLY',
      guest: 'not-ready',
    });
  return id;
}

export function shellIdIn(document: Document): string {
  return idIn(document, NS.w, 'Selector', 'ShellId');
}

export function commandIdIn(document: Document): string {
  return idIn(document, NS.rsp, 'CommandId');
}

function streamBytes(document: Document, name: string): Buffer {
  const streams = elements(document, NS.rsp, 'Stream').filter((stream) => stream.getAttribute('Name') === name);
  return Buffer.concat(streams.map((stream) => Buffer.from(stream.textContent ?? '', 'base64')));
}

export function outputIn(document: Document): Output {
  const [state] = elements(document, NS.rsp, 'CommandState');
  const [code] = elements(document, NS.rsp, 'ExitCode');
  const done = state?.getAttribute('State')?.endsWith('/CommandState/Done') ?? false;
  const status = textOf(code);
  return {
    stdout: streamBytes(document, 'stdout'),
    stderr: streamBytes(document, 'stderr'),
    done,
    exitStatus: done ? Number(status) : undefined,
  };
}
