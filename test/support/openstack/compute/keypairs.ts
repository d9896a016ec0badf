import { createHash, generateKeyPairSync } from 'node:crypto';
import { part, type Call, type Reply, type Route } from '../call.ts';
import { badRequest, conflict, notFound } from '../problem.ts';
import { microseconds } from '../world.ts';

export interface Keypair {
  readonly name: string;
  readonly userId: string;
  readonly type: string;
  /** One line as in authorized_keys. */
  readonly publicKey: string;
  readonly fingerprint: string;
  readonly createdAt: string;
}

interface Asked {
  readonly name: string;
  readonly type?: string;
  readonly public_key?: string;
}

function fingerprintOf(publicKey: string): string {
  const [type = '', body = ''] = publicKey.trim().split(/\s+/);
  if (!/^(ssh|ecdsa|sk)-/.test(type) || body === '') {
    throw badRequest('Keypair data is invalid: failed to generate fingerprint');
  }
  const digest = createHash('md5').update(Buffer.from(body, 'base64')).digest('hex');
  return digest.replace(/..(?=.)/g, '$&:');
}

function sshRsa(der: Buffer): string {
  const [modulus, exponent] = rsaNumbers(der);
  const field = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const body = Buffer.concat([field(Buffer.from('ssh-rsa')), field(exponent), field(modulus)]);
  return `ssh-rsa ${body.toString('base64')} Generated-by-Nova`;
}

/** Modulus and exponent of a PKCS #1 public key of 2048 bits. */
function rsaNumbers(der: Buffer): readonly [Buffer, Buffer] {
  const modulusLength = der.readUInt16BE(6);
  const modulus = der.subarray(8, 8 + modulusLength);
  return [modulus, der.subarray(10 + modulusLength)];
}

function generate(): { readonly publicKey: string; readonly privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'pkcs1', format: 'der' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  return { publicKey: sshRsa(publicKey), privateKey };
}

function key(call: Call, name: string): string {
  return `${call.caller.user.id} ${name}`;
}

export function findKeypair(call: Call, name: string): Keypair | undefined {
  return call.region.keypairs.peek(key(call, name));
}

function create(call: Call): Reply {
  const { region, caller, minor } = call;
  const { name, type = 'ssh', public_key: given } = part(call, 'keypair') as Asked;
  const generated = given === undefined ? generate() : undefined;
  const publicKey = given ?? generated?.publicKey ?? '';
  const fingerprint = fingerprintOf(publicKey);
  if (findKeypair(call, name) !== undefined) throw conflict(`Key pair '${name}' already exists.`);
  const createdAt = microseconds(call.world);
  region.keypairs.put(key(call, name), { name, userId: caller.user.id, type, publicKey, fingerprint, createdAt });
  const secret = generated === undefined ? {} : { private_key: generated.privateKey };
  const view = { name, public_key: publicKey, fingerprint, user_id: caller.user.id, ...secret };
  return { status: minor < 2 ? 200 : 201, body: { keypair: minor < 2 ? view : { type, ...view } } };
}

function find(call: Call): Keypair {
  const name = call.path['name'] ?? '';
  const found = findKeypair(call, name);
  if (found === undefined) throw notFound(`Keypair ${name} not found for user ${call.caller.user.id}`);
  return found;
}

function show(call: Call): Reply {
  const { name, publicKey, fingerprint, userId, createdAt, type } = find(call);
  const view = { name, public_key: publicKey, fingerprint, user_id: userId, created_at: createdAt };
  const record = { deleted: false, deleted_at: null, id: 1, updated_at: null };
  return { body: { keypair: { ...view, ...record, ...(call.minor < 2 ? {} : { type }) } } };
}

function list(call: Call): Reply {
  const own = call.region.keypairs.listed().filter(({ userId }) => userId === call.caller.user.id);
  const keypairs = own.map(({ name, publicKey, fingerprint, type }) => ({
    keypair: { name, public_key: publicKey, fingerprint, ...(call.minor < 2 ? {} : { type }) },
  }));
  return { body: { keypairs } };
}

export const keypairRoutes: readonly Route[] = [
  { name: 'createKeypair', method: 'POST', path: '/os-keypairs', schema: 'createKeypair', act: create },
  { name: 'listKeypairs', method: 'GET', path: '/os-keypairs', act: list },
  { name: 'showKeypair', method: 'GET', path: '/os-keypairs/:name', act: show },
  {
    name: 'deleteKeypair',
    method: 'DELETE',
    path: '/os-keypairs/:name',
    act: (call) => {
      call.region.keypairs.remove(key(call, find(call).name));
      return { status: call.minor < 2 ? 202 : 204 };
    },
  },
];
