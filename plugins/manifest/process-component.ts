import type { Requirement } from '../../core/contract/component.ts';
import type { Lookup } from '../../core/contract/lookup.ts';
import type { JsonValue } from '../../core/contract/json.ts';
import { isList, isObject } from '../../core/json/guards.ts';
import { describeValue } from '../../core/schema/weak-values.ts';
import { checkKeys, complain, valueOf, type Part } from './checks.ts';
import type { ProcessKindName } from './kinds.ts';

/** What a manifest says of a component of a plugin with a process of its own, so that planning starts none. */
export interface ProcessComponent {
  /** The plugin checks options itself (`prepare`), beyond what the schema says. */
  readonly prepare: boolean;
  /** Kinds of outside things it makes; "server" of the builder "vm" is the kind "vm:server". */
  readonly resources: readonly string[];
  /** Programs of this machine that it calls; a build does not start without those that are not optional. */
  readonly programs: readonly Requirement[];
  /** Builders and post-processors: it gives up its artifacts itself (`discard`). */
  readonly discard: boolean;
  /** Builders: it goes on from a checkpoint (`resume`). */
  readonly resume: boolean;
  /** Builders: see `Builder.factNames`. */
  readonly factNames: readonly string[];
  /** Provisioners: it works without a way into the guest. */
  readonly needsNoGuest: boolean;
  /** Provisioners: options that hold paths whose contents decide what it does. */
  readonly inputOptions: readonly string[];
  /** Lookups: how many texts the function takes. */
  readonly takes: Lookup['takes'];
  /** Post-processors: see `PostProcessor.independent`. */
  readonly independent: boolean;
}

const common = ['schema', 'prepare', 'resources', 'programs'];
const keys: Readonly<Record<ProcessKindName, readonly string[]>> = {
  builders: [...common, 'discard', 'resume', 'factNames'],
  provisioners: [...common, 'needsNoGuest', 'inputOptions'],
  'post-processors': [...common, 'discard', 'independent'],
  data: ['schema', 'prepare', 'programs'],
  lookups: ['takes'],
};

function switchAt(part: Part, key: string): boolean {
  const value = valueOf(part, key);
  if (value !== undefined && typeof value !== 'boolean')
    complain(part, key, `"${key}" has to be true or false, not ${describeValue(value)}`);
  return value === true;
}

function listAt<T extends JsonValue>(
  part: Part,
  key: string,
  what: string,
  is: (value: JsonValue) => value is T,
): readonly T[] {
  const value = valueOf(part, key) ?? [];
  if (isList(value) && value.every(is)) return value;
  complain(part, key, `"${key}" has to be a list of ${what}, not ${describeValue(value)}`);
  return [];
}

function isText(value: JsonValue): value is string {
  return typeof value === 'string' && value !== '';
}

function isWord(value: JsonValue): value is string {
  return typeof value === 'string' && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(value);
}

type WrittenRequirement = Requirement & { readonly [key: string]: JsonValue };

function isRequirement(value: JsonValue): value is WrittenRequirement {
  if (!isObject(value)) return false;
  const { program, package: debianPackage, purpose, optional } = value;
  return [program, debianPackage, purpose].every((each) => typeof each === 'string') && (optional ?? true) === true;
}

/** `"takes": { "least": 1, "most": 2 }`; one text when nothing is said. */
function takesAt(part: Part): Lookup['takes'] {
  const value = valueOf(part, 'takes');
  if (value === undefined) return { least: 1, most: 1 };
  const { least, most } = isObject(value) ? value : {};
  if (typeof least === 'number' && typeof most === 'number' && least >= 0 && most >= least) return { least, most };
  complain(part, 'takes', '"takes" says how many texts the function takes', 'write { "least": 1, "most": 1 }');
  return { least: 0, most: 0 };
}

/** What is said of a component of such a plugin; what is wrong goes to the part's findings. */
export function parseProcessComponent(kind: ProcessKindName, part: Part): ProcessComponent {
  checkKeys(part, keys[kind]);
  return {
    prepare: switchAt(part, 'prepare'),
    resources: listAt(part, 'resources', 'words such as "server"', isWord),
    programs: listAt(
      part,
      'programs',
      'objects such as { "program": "git", "package": "git", "purpose": "fetch sources" }',
      isRequirement,
    ),
    discard: switchAt(part, 'discard'),
    resume: switchAt(part, 'resume'),
    factNames: listAt(part, 'factNames', 'texts', isText),
    needsNoGuest: switchAt(part, 'needsNoGuest'),
    inputOptions: listAt(part, 'inputOptions', 'names of options', isText),
    takes: takesAt(part),
    independent: switchAt(part, 'independent'),
  };
}
