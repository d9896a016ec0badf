/**
 * A mirror of Debian for the installer, on a port of 127.0.0.1 that is printed: `node mirror.ts UPSTREAM CODENAME STATUS
 * STAND-INS`. Everything comes from the mirror UPSTREAM, except that the suite "held" has only such packages of the
 * installer as UPSTREAM really holds: some mirrors leave many of them out, and the installer would ask what to do,
 * without end. For one that it cannot do without there may be a package NAME.udeb in the directory STAND-INS. STATUS is
 * the dpkg status file of the installer's initrd; what is in there is not fetched again.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';

type Stanza = Map<string, string>;

const [upstream = '', codename = '', statusFile = '', standIns = ''] = process.argv.slice(2);
const index = 'main/debian-installer/binary-amd64/Packages';
/** Requests to the mirror at a time. */
const AT_ONCE = 8;

/** What is served besides what the mirror has. */
const own = new Map<string, Buffer>();

function parse(text: string): Stanza[] {
  return text
    .split(/\n{2,}/)
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => {
      const fields = paragraph.split(/\n(?! )/).filter((line) => line !== '');
      return new Map(
        fields.map((line): [string, string] => [line.split(':', 1)[0] ?? '', line.replace(/^[^:]*: ?/, '')]),
      );
    });
}

function write(stanzas: readonly Stanza[]): string {
  return stanzas.map((fields) => [...fields].map(([name, value]) => `${name}: ${value}\n`).join('')).join('\n');
}

/** What a stanza depends on: for each dependency the names of which one will do. */
function dependencies(stanza: Stanza): readonly (readonly string[])[] {
  const list = stanza.get('Depends') ?? '';
  return list
    .split(',')
    .filter((text) => text.trim() !== '')
    .map((text) => text.split('|').map((one) => one.trim().split(/[ (]/, 1)[0] ?? ''));
}

function names(stanza: Stanza): readonly string[] {
  const provided = (stanza.get('Provides') ?? '').split(',').map((text) => text.trim().split(/[ (]/, 1)[0] ?? '');
  return [stanza.get('Package') ?? '', ...provided];
}

const status = parse(readFileSync(statusFile, 'utf8'));
/** Versions by name. */
const installed = new Map(status.map((stanza) => [stanza.get('Package') ?? '', stanza.get('Version') ?? '']));

async function isHeld(path: string): Promise<boolean> {
  return (await fetch(`${upstream}${path}`, { method: 'HEAD' })).ok;
}

function digest(algorithm: string, content: Buffer): string {
  return createHash(algorithm).update(content).digest('hex');
}

/** What is in the place of a package that the mirror does not hold. */
function standIn(stanza: Stanza): Stanza | undefined {
  const name = `${stanza.get('Package') ?? ''}.udeb`;
  if (!existsSync(join(standIns, name))) return undefined;
  const content = readFileSync(join(standIns, name));
  own.set(`stand-ins/${name}`, content);
  const fields = { Filename: `stand-ins/${name}`, Size: `${content.length}`, MD5sum: digest('md5', content) };
  return new Map([...stanza, ...Object.entries(fields), ['SHA256', digest('sha256', content)]]);
}

async function usable(stanza: Stanza): Promise<Stanza | undefined> {
  const version = installed.get(stanza.get('Package') ?? '');
  if (version !== undefined) return new Map([...stanza, ['Version', version]]);
  return (await isHeld(stanza.get('Filename') ?? '')) ? stanza : standIn(stanza);
}

async function held(stanzas: readonly Stanza[]): Promise<Stanza[]> {
  const kept: Stanza[] = [];
  const queue = [...stanzas];
  const worker = async (): Promise<void> => {
    for (let stanza = queue.shift(); stanza !== undefined; stanza = queue.shift()) {
      const found = await usable(stanza);
      if (found !== undefined) kept.push(found);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return kept;
}

/** Without what depends on something that is not there, and on that in turn. */
function closed(stanzas: readonly Stanza[]): readonly Stanza[] {
  const there = new Set([...stanzas.flatMap(names), ...installed.keys()]);
  const able = stanzas.filter((stanza) =>
    dependencies(stanza).every((choice) => choice.some((name) => there.has(name))),
  );
  return able.length === stanzas.length ? able : closed(able);
}

async function get(path: string): Promise<Buffer> {
  const response = await fetch(`${upstream}${path}`);
  if (!response.ok) throw new Error(`${upstream}${path}: ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

const all = parse(gunzipSync(await get(`dists/${codename}/${index}.gz`)).toString());
const kept = closed(await held(all));
console.error(`the mirror holds ${kept.length} of ${all.length} packages of the installer`);
const packages = Buffer.from(write(kept));
const sum = `${digest('sha256', packages)} ${packages.length} ${index}`;
const release = `Suite: held\nCodename: held\nComponents: main\nArchitectures: amd64\nSHA256:\n ${sum}\n`;
own.set('dists/held/Release', Buffer.from(release)).set(`dists/held/${index}`, packages);

async function answer(path: string, response: ServerResponse): Promise<void> {
  const content = own.get(path);
  if (content !== undefined) return void response.end(content);
  const found = await fetch(`${upstream}${path}`, { redirect: 'follow' });
  const length = found.headers.get('content-length');
  response.writeHead(found.status, length === null ? {} : { 'content-length': length });
  if (found.body === null) response.end();
  else await pipeline(Readable.fromWeb(found.body), response);
}

const server = createServer((request, response) => {
  answer((request.url ?? '').replace(/^\/debian\//, ''), response).catch((error: unknown) => {
    console.error(`${request.url ?? ''}: ${String(error)}`);
    response.destroy();
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) console.log(address.port);
});
