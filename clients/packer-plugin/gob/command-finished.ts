import { broken } from '../plugin-error.ts';
import { decodeGob } from './decode.ts';

/** What Go defines a struct `CommandFinished` with one int, `ExitStatus`, by: the message before its value. */
const DEFINITION: Buffer = Buffer.from(
  '2cff810301010f436f6d6d616e6446696e697368656401ff82000101010a457869745374617475730104000000',
  'hex',
);

/** How a command of a guest ended, as the other side of a communicator is told. */
export function commandFinished(exitStatus: number): Buffer {
  const status = signedBytes(exitStatus);
  const fields = exitStatus === 0 ? [] : [Buffer.of(1), status];
  const value = Buffer.concat([Buffer.from('ff82', 'hex'), ...fields, Buffer.of(0)]);
  return Buffer.concat([DEFINITION, Buffer.of(value.length), value]);
}

function signedBytes(value: number): Buffer {
  const unsigned = value < 0 ? (BigInt(-value - 1) << 1n) | 1n : BigInt(value) << 1n;
  if (unsigned < 128n) return Buffer.of(Number(unsigned));
  const hex = unsigned.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.of(256 - bytes.length), bytes]);
}

/** @throws PluginError "broken" for what is no such message. */
export function readCommandFinished(gob: Uint8Array): number {
  const value = decodeGob(gob);
  const fields = typeof value === 'object' && value !== null && 'fields' in value ? value.fields : undefined;
  const status = fields?.get('ExitStatus') ?? 0;
  if (fields === undefined || typeof status !== 'number') throw broken('it does not say how a command ended');
  return status;
}
