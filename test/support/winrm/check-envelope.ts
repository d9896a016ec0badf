import { DOMParser, type Document, type Element } from '@xmldom/xmldom';

const SOAP = 'http://www.w3.org/2003/05/soap-envelope';
const ADDRESSING = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';
const WSMAN = 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd';
const SHELL = 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell';

export type Action = 'Create' | 'Delete' | 'Command' | 'Receive' | 'Send' | 'Signal';

const ACTIONS: Readonly<Record<string, Action>> = {
  'http://schemas.xmlsoap.org/ws/2004/09/transfer/Create': 'Create',
  'http://schemas.xmlsoap.org/ws/2004/09/transfer/Delete': 'Delete',
  [`${SHELL}/Command`]: 'Command',
  [`${SHELL}/Receive`]: 'Receive',
  [`${SHELL}/Send`]: 'Send',
  [`${SHELL}/Signal`]: 'Signal',
};

/** What each action has in its body, and must not do without. */
const BODIES: Readonly<Record<Action, string | undefined>> = {
  Create: 'Shell',
  Delete: undefined,
  Command: 'CommandLine',
  Receive: 'Receive',
  Send: 'Send',
  Signal: 'Signal',
};

export interface Envelope {
  readonly action: Action;
  readonly messageId: string;
  readonly shellId: string | undefined;
  readonly options: ReadonlyMap<string, string>;
  /** Milliseconds. */
  readonly operationTimeout: number;
  readonly body: Element | undefined;
}

function children(of: Element): readonly Element[] {
  return [...of.childNodes].filter((node): node is Element => node.nodeType === 1);
}

function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`envelope: ${what}`);
}

function only(elements: readonly Element[], name: string): Element {
  const [first] = elements;
  check(first !== undefined && elements.length === 1, `${elements.length} elements ${name} instead of one`);
  return first;
}

function inHeader(header: Element, namespace: string, name: string): readonly Element[] {
  return children(header).filter((one) => one.namespaceURI === namespace && one.localName === name);
}

function textIn(header: Element, namespace: string, name: string, mustBeUnderstood = false): string {
  const element = only(inHeader(header, namespace, name), name);
  if (mustBeUnderstood) {
    // pywinrm leaves the namespace out, and Windows lets it.
    const given = element.getAttributeNS(SOAP, 'mustUnderstand') ?? element.getAttribute('mustUnderstand') ?? '';
    check(/^(?:true|1)$/.test(given), `${name} lacks mustUnderstand`);
  }
  return element.textContent ?? '';
}

function parse(text: string): Document {
  return new DOMParser({
    onError: (_level, message) => {
      throw new Error(`envelope: ${message}`);
    },
  }).parseFromString(text, 'text/xml');
}

function shellIdOf(header: Element): string | undefined {
  const set = inHeader(header, WSMAN, 'SelectorSet');
  if (set.length === 0) return undefined;
  const selector = only(children(only(set, 'SelectorSet')), 'Selector');
  check(
    selector.namespaceURI === WSMAN && selector.getAttribute('Name') === 'ShellId',
    'another selector than ShellId',
  );
  return selector.textContent ?? '';
}

/** What a request says. Throws an error that tells what of it Windows would not take. */
export function readEnvelope(text: string): Envelope {
  const root = parse(text).documentElement;
  check(
    root !== null && root.namespaceURI === SOAP && root.localName === 'Envelope',
    'the root is no SOAP 1.2 envelope',
  );
  const [header, body, ...more] = children(root);
  check(header?.localName === 'Header' && header.namespaceURI === SOAP, 'there is no header');
  check(body?.localName === 'Body' && body.namespaceURI === SOAP && more.length === 0, 'there is no body');
  const to = new URL(textIn(header, ADDRESSING, 'To'));
  check(to.pathname === '/wsman', `it is for ${to.href}`);
  check(textIn(header, WSMAN, 'ResourceURI', true) === `${SHELL}/cmd`, 'another resource');
  const replyTo = only(inHeader(header, ADDRESSING, 'ReplyTo'), 'ReplyTo');
  const address = only(children(replyTo), 'Address').textContent ?? '';
  check(address === `${ADDRESSING}/role/anonymous`, 'the reply is to go elsewhere');
  const action = ACTIONS[textIn(header, ADDRESSING, 'Action', true)];
  check(action !== undefined, 'an action that is not known');
  const messageId = textIn(header, ADDRESSING, 'MessageID');
  check(/^uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(messageId), 'the message has no UUID');
  const size = Number(textIn(header, WSMAN, 'MaxEnvelopeSize', true));
  check(size >= 8192 && Buffer.byteLength(text) <= size, 'the message is longer than what it says it can be');
  const seconds = /^PT(\d+)(?:\.\d+)?S$/.exec(textIn(header, WSMAN, 'OperationTimeout'))?.[1];
  check(seconds !== undefined, 'the operation timeout is no duration');
  const shellId = shellIdOf(header);
  check(
    (shellId === undefined) === (action === 'Create'),
    `${action} ${shellId === undefined ? 'lacks' : 'has'} a shell`,
  );
  const wanted = BODIES[action];
  const contents = children(body);
  if (wanted === undefined) check(contents.length === 0, `${action} has a body`);
  else check(only(contents, wanted).localName === wanted && contents[0]?.namespaceURI === SHELL, `no ${wanted}`);
  const options = inHeader(header, WSMAN, 'OptionSet').flatMap(children);
  return {
    action,
    messageId,
    shellId,
    operationTimeout: Number(seconds) * 1000,
    options: new Map(options.map((option) => [option.getAttribute('Name') ?? '', option.textContent ?? ''])),
    body: contents[0],
  };
}

/** The element of the shell's namespace below another. */
export function shellElement(within: Element | undefined, name: string): Element {
  check(within !== undefined, 'the body is empty');
  return only([...within.getElementsByTagNameNS(SHELL, name)], name);
}
