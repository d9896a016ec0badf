import { builtin } from '../../../plugins/builtin.ts';
import { UsageError } from '../../errors/errors.ts';
import { visible } from '../../text/visible.ts';
import { defineCommand, type Command } from '../command.ts';
import { exitCodes, interruptedCode } from '../ending/exit-codes.ts';
import { watchInterruption } from '../ending/interruption.ts';
import { leave } from '../ending/leave.ts';
import { modeFlags } from '../flags/shared-flags.ts';
import { print } from '../output/print.ts';
import { checkFile, type Verdict } from '../verify/check-file.ts';
import { checkListedFiles } from '../verify/check-listed.ts';
import { readTrust } from '../verify/trust.ts';

const words = { good: 'good', bad: 'BAD', unchecked: 'not checked', missing: 'not checked' } as const;

function say({ file, signature, list, outcome, text, hint }: Verdict): void {
  const source = signature ?? list;
  const by = source === undefined ? '' : ` (${source})`;
  print(`${visible(`${file}: ${words[outcome]}: ${text}${by}`, false)}\n`);
  if (hint !== undefined) print(`    ${visible(hint, false)}\n`);
}

/** A file is verified by one good signature at least, and no bad one. */
function isVerified(verdicts: readonly Verdict[]): boolean {
  return verdicts.some(({ outcome }) => outcome === 'good') && verdicts.every(({ outcome }) => outcome !== 'bad');
}

/** What a signed list has is verified when all of it is as listed; with `ignoreMissing`, all of it that is there. */
function isAllAsListed(verdicts: readonly Verdict[], ignoreMissing: boolean): boolean {
  const isGood = ({ outcome }: Verdict): boolean => outcome === 'good' || (ignoreMissing && outcome === 'missing');
  return verdicts.length === 0 || (verdicts.every(isGood) && verdicts.some(({ outcome }) => outcome === 'good'));
}

function onlyOne(flag: string, values: readonly string[]): string | undefined {
  if (values.length > 1) throw new UsageError(`-${flag} is given ${values.length} times`, { code: 'USAGE' });
  return values[0];
}

export const verify: Command = defineCommand({
  usage: 'verify [flags] FILE...',
  description:
    'Checks the signatures that stand beside each FILE and says whose they are. A FILE is verified by one good signature at least, and no bad one; one whose key nobody named tells nothing. When a verified FILE is a list of checksums (SHA256SUMS), the files that it lists are compared with it, too. Without flags only OpenPGP signatures count, by keys of your keyring that you have certified. The exit code is 1 when a FILE is not verified.',
  flags: {
    key: {
      kind: 'many',
      placeholder: 'file|key',
      summary:
        'trust this public key and no other of its kind: a file (OpenPGP, SSH, minisign, PEM), a fingerprint of your OpenPGP keyring, or the key itself; may be used many times',
    },
    'allowed-signers': {
      kind: 'many',
      placeholder: 'file',
      summary: 'trust the SSH keys of this list (ssh-keygen(1), ALLOWED SIGNERS)',
    },
    identity: { kind: 'many', placeholder: 'name', summary: 'who of -allowed-signers must have signed' },
    namespace: {
      kind: 'many',
      placeholder: 'name',
      summary: 'what an SSH signature must have been made for; without it "file"',
    },
    signature: { kind: 'many', placeholder: 'file', summary: 'look at this signature alone, of one FILE' },
    'ignore-missing': {
      kind: 'switch',
      summary: 'of the files that a list of checksums has, those that are not there do not matter, when one is',
    },
    json: { ...modeFlags.json, summary: 'write one JSON object for each signature' },
  },
  operands: { least: 1, most: Number.POSITIVE_INFINITY },
  run: async ({ flags, operands }) => {
    using interruption = watchInterruption(
      () => undefined,
      (cause) => void leave(interruptedCode(cause)),
    );
    const signature = onlyOne('signature', flags.signature);
    if (signature !== undefined && operands.length > 1) {
      throw new UsageError('-signature is of one FILE', { code: 'USAGE', hint: 'verify the files one by one' });
    }
    const verifiers = await Promise.all(Object.values(builtin.verifiers).map((entry) => entry.load()));
    const trustOf = await readTrust(
      {
        keys: flags.key,
        allowedSigners: onlyOne('allowed-signers', flags['allowed-signers']),
        identity: onlyOne('identity', flags.identity),
        namespace: onlyOne('namespace', flags.namespace) ?? 'file',
      },
      verifiers,
    );
    const tell = (verdicts: readonly Verdict[]): void => {
      for (const verdict of verdicts) {
        if (flags.json) print(`${JSON.stringify({ type: 'verify', ...verdict })}\n`);
        else say(verdict);
      }
    };
    const checking = { verifiers, trustOf, signal: interruption.signal };
    let allVerified = true;
    for (const file of operands) {
      const verdicts = await checkFile(file, signature, checking);
      tell(verdicts);
      if (!isVerified(verdicts)) {
        allVerified = false;
        continue;
      }
      const listed = await checkListedFiles(file, interruption.signal);
      tell(listed);
      allVerified &&= isAllAsListed(listed, flags['ignore-missing'] === true);
    }
    return allVerified ? exitCodes.ok : exitCodes.failed;
  },
});
