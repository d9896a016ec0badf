import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type {
  CreateKeyPairRequest,
  DeleteKeyPairRequest,
  DeleteKeyPairResult,
  DescribeKeyPairsRequest,
  DescribeKeyPairsResult,
  ImportKeyPairRequest,
  ImportKeyPairResult,
  KeyPair,
  Tag,
} from '@aws-sdk/client-ec2';
import { makeKeyPair } from '../../../../core/communicators/ssh/login/key-pair.ts';
import { handle, refuseDryRun, type Call, type Handlers } from '../call.ts';
import { applyFilters } from '../rules/filters.ts';
import { AwsProblem } from '../problem.ts';
import type { KeyPairEntry } from '../region.ts';
import { tagsFor } from '../rules/tags.ts';

function field(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function positive(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes;
}

/** RSA as CreateKeyPair has it: a PKCS#1 file. */
function makeRsa(): { readonly privateKey: string; readonly publicKey: string } {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { n = '', e = '' } = createPublicKey(pair.publicKey.export({ type: 'spki', format: 'pem' })).export({
    format: 'jwk',
  });
  const body = Buffer.concat([field(Buffer.from('ssh-rsa')), field(positive(e)), field(positive(n))]);
  return {
    privateKey: pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    publicKey: `ssh-rsa ${body.toString('base64')}`,
  };
}

function fingerprint(publicKey: string): string {
  const body = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  if (publicKey.startsWith('ssh-ed25519')) return createHash('sha256').update(body).digest('base64');
  return (createHash('md5').update(body).digest('hex').match(/../g) ?? []).join(':');
}

function add(call: Call, name: string, publicKey: string, tags: Tag[]): KeyPairEntry {
  const { region, world } = call;
  if (name === '' || name.length > 255) {
    throw new AwsProblem('InvalidParameterValue', 'The key name must have 1 to 255 characters');
  }
  if (region.keyPairs.peek(name) !== undefined) {
    throw new AwsProblem('InvalidKeyPair.Duplicate', `The keypair already exists`);
  }
  return region.keyPairs.add(name, {
    publicKey,
    view: {
      KeyPairId: world.newId('key'),
      KeyName: name,
      KeyType: publicKey.startsWith('ssh-ed25519') ? 'ed25519' : 'rsa',
      KeyFingerprint: fingerprint(publicKey),
      CreateTime: world.clock.date(),
      Tags: tags,
    },
  });
}

function byId(call: Call, id: string): KeyPairEntry {
  const found = call.region.keyPairs.all().find((entry) => entry.view.KeyPairId === id);
  if (found === undefined) throw new AwsProblem('InvalidKeyPair.NotFound', `The key pair '${id}' does not exist`);
  return call.region.keyPairs.get(found.view.KeyName);
}

export const keyPairCalls: Handlers = {
  CreateKeyPair: handle<CreateKeyPairRequest, KeyPair>(async (input, call) => {
    const tags = tagsFor(input.TagSpecifications, ['key-pair'])('key-pair');
    refuseDryRun(input);
    if (input.KeyFormat === 'ppk') throw new AwsProblem('NotImplemented', 'The test server makes no PPK files', 501);
    const pair = input.KeyType === 'ed25519' ? await makeKeyPair('ed25519', 0, '') : makeRsa();
    const { view } = add(call, input.KeyName, pair.publicKey.trim(), tags);
    return {
      KeyName: view.KeyName,
      KeyPairId: view.KeyPairId,
      KeyFingerprint: view.KeyFingerprint,
      KeyMaterial: pair.privateKey,
      Tags: view.Tags,
    };
  }),

  ImportKeyPair: handle<ImportKeyPairRequest, ImportKeyPairResult>((input, call) => {
    const tags = tagsFor(input.TagSpecifications, ['key-pair'])('key-pair');
    refuseDryRun(input);
    const text = Buffer.from(input.PublicKeyMaterial).toString().trim();
    if (!/^(ssh-rsa|ssh-ed25519) [A-Za-z0-9+/=]+( .*)?$/.test(text)) {
      throw new AwsProblem('InvalidKey.Format', 'Key is not in valid OpenSSH public key format');
    }
    const { view } = add(call, input.KeyName, text, tags);
    const { KeyName, KeyPairId, KeyFingerprint, Tags } = view;
    return { KeyName, KeyPairId, KeyFingerprint, Tags };
  }),

  DescribeKeyPairs: handle<DescribeKeyPairsRequest, DescribeKeyPairsResult>((input, call) => {
    refuseDryRun(input);
    const named = input.KeyNames?.map((name) => call.region.keyPairs.get(name));
    const entries = named ?? input.KeyPairIds?.map((id) => byId(call, id)) ?? call.region.keyPairs.listed();
    const KeyPairs = entries.map((entry) => ({
      ...entry.view,
      ...(input.IncludePublicKey === true ? { PublicKey: entry.publicKey } : {}),
    }));
    const shown = applyFilters(KeyPairs, input.Filters, {
      'key-name': (view) => view.KeyName,
      'key-pair-id': (view) => view.KeyPairId,
      fingerprint: (view) => view.KeyFingerprint,
    });
    return { KeyPairs: [...shown] };
  }),

  // One that does not exist is deleted with success, as in EC2.
  DeleteKeyPair: handle<DeleteKeyPairRequest, DeleteKeyPairResult>((input, call) => {
    refuseDryRun(input);
    const { KeyName: name, KeyPairId: id } = input;
    if (name === undefined && id === undefined) {
      throw new AwsProblem('MissingParameter', 'The request must contain the parameter KeyName or KeyPairId');
    }
    const found = call.region.keyPairs.all().find(({ view }) => view.KeyName === name || view.KeyPairId === id);
    if (found === undefined) return { Return: true };
    call.region.keyPairs.remove(found.view.KeyName);
    return { Return: true, KeyPairId: found.view.KeyPairId };
  }),
};
