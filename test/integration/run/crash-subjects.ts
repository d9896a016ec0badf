import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { readInImage } from '../qemu/bake.ts';
import type { AwakeGuest } from './awake-guest.ts';

/** Where one Kiln is killed, and what it makes there. */
export interface CrashWorld extends AsyncDisposable {
  readonly template: (home: string) => object;
  readonly environment: NodeJS.ProcessEnv;
  readonly hasOutput: (home: string) => boolean;
  /** Throws when the output is not what it should be. */
  readonly checkOutput: (home: string) => void;
  /** Throws when there is more than the output outside of this machine. */
  readonly expectNothingLeft: () => void;
}

/** A template to be killed at. Each of its provisioners and post-processors writes its number to a log. */
export interface CrashSubject {
  readonly name: string;
  /** How many write their number: first the provisioners, then the post-processors. */
  readonly writers: { readonly provisioners: number; readonly postProcessors: number };
  /** The log of a finished build. */
  readonly log: (home: string) => readonly string[];
  /** A new one, for one kill. */
  readonly world: () => Promise<CrashWorld>;
}

export const PROVISIONERS: number = 3;
const POST_PROCESSORS = 2;

export function numbersFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

/** Makes provisioners or post-processors that write their number down and pause for so many seconds. */
export function note(type: string, log: string, pause: number): (number: number) => object {
  return (number: number): object => ({ type, inline: [`echo ${number} >>${log}`, `sleep ${pause}`] });
}

/** The world of a builder that writes to the directory "out". */
function onThisMachine(
  template: CrashWorld['template'],
  checkOutput: CrashWorld['checkOutput'],
): () => Promise<CrashWorld> {
  const world: CrashWorld = {
    template,
    checkOutput,
    environment: {},
    hasOutput: (home) => existsSync(join(home, 'out')),
    expectNothingLeft: () => undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return () => Promise.resolve(world);
}

/** The log of provisioners that run on this machine. */
export function logIn(home: string): readonly string[] {
  return existsSync(join(home, 'log')) ? linesOf(readFileSync(join(home, 'log'), 'utf8')) : [];
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** A subject whose provisioners run on this machine. */
function local(name: string, builder: (home: string) => object, checkOutput: CrashWorld['checkOutput']): CrashSubject {
  const template = (home: string): object => {
    const here = note('shell-local', join(home, 'log'), 0.02);
    return {
      builders: [builder(home)],
      provisioners: numbersFrom(0, PROVISIONERS).map(here),
      'post-processors': [numbersFrom(PROVISIONERS, POST_PROCESSORS).map(here)],
    };
  };
  return {
    name,
    writers: { provisioners: PROVISIONERS, postProcessors: POST_PROCESSORS },
    world: onThisMachine(template, checkOutput),
    log: logIn,
  };
}

export const nullSubject: CrashSubject = local(
  'null',
  () => ({ type: 'null', communicator: 'none' }),
  () => undefined,
);

const content = 'x'.repeat(9000);

export const fileSubject: CrashSubject = local(
  'file',
  (home) => ({ type: 'file', content, target: join(home, 'out/made') }),
  (home) => {
    if (readFileSync(join(home, 'out/made'), 'utf8') !== content) throw new Error('the file is not what it should be');
  },
);

export const rootfsSubject: CrashSubject = local(
  'rootfs',
  (home) => ({ type: 'rootfs', output_directory: join(home, 'out'), image_name: 'web.qcow2' }),
  (home) => void execFileSync('qemu-img', ['check', '-q', join(home, 'out/web.qcow2')]),
);

export function qemuSubject(guest: AwakeGuest): CrashSubject {
  return {
    name: 'qemu',
    writers: { provisioners: PROVISIONERS, postProcessors: 0 },
    world: onThisMachine(
      (home) => ({
        builders: [{ ...guest.options(home), type: 'qemu' }],
        provisioners: numbersFrom(0, PROVISIONERS).map(note('shell', '/root/log', 0.1)),
      }),
      (home) => void execFileSync('qemu-img', ['check', '-q', join(home, 'out/web.qcow2')]),
    ),
    log: (home) => linesOf(readInImage(join(home, 'out/web.qcow2'), '/root/log')),
  };
}
