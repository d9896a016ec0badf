import { join } from 'node:path';
import { shellWord } from '../../plugins/sdk/guest.ts';
import type { GuestAddress, ProvisionRun } from '../../plugins/sdk/index.ts';
import { writeTemporaryFile } from '../../plugins/sdk/files.ts';
import type { ConnectionFiles } from './client-options.ts';
import type { Workspace } from './make-workspace.ts';

/** What an SSH client may ask, by a part of its question, and the file that has the answer. */
interface PromptAnswer {
  readonly question: string;
  readonly file: string;
}

/** A program for SSH_ASKPASS that gives each answer to its own question and to no other. */
function askPassScript(answers: readonly PromptAnswer[]): string {
  const cases = answers.map(({ question, file }) => `*${shellWord(question)}*) exec cat ${shellWord(file)} ;;\n`);
  return `#!/bin/sh\ncase "$1" in\n${cases.join('')}esac\nexit 1\n`;
}

interface Secret {
  /** A part of what an SSH client says when it asks for it. */
  readonly question: string;
  readonly secret: string;
}

function secretsOf({ host, user, password, privateKeyFile, passphrase }: Omit<GuestAddress, 'bastion'>): Secret[] {
  const questions = [
    [`${user}@${host}`, password],
    [`for key '${privateKeyFile ?? ''}'`, passphrase],
  ] as const;
  return questions.flatMap(([question, secret]) =>
    secret === undefined || secret === '' ? [] : [{ question, secret }],
  );
}

/** Writes the host keys that the build has seen, and the passwords and passphrases that SSH clients will ask for. */
export async function writeSecrets(
  guest: GuestAddress,
  { directory }: Workspace,
  run: Pick<ProvisionRun, 'addSecret' | 'warn'>,
): Promise<ConnectionFiles> {
  const knownHosts = join(directory, 'known_hosts');
  if (guest.knownHostsLine === undefined) run.warn("the guest's host key is not known, so it is not checked");
  const lines = [guest.knownHostsLine, guest.bastion?.knownHostsLine].filter((line) => line !== undefined);
  await writeTemporaryFile(knownHosts, `${lines.join('\n')}\n`);
  const secrets = [...secretsOf(guest), ...(guest.bastion === undefined ? [] : secretsOf(guest.bastion))];
  if (secrets.length === 0) return { knownHosts, askPass: undefined };
  const answers: PromptAnswer[] = [];
  for (const { question, secret } of secrets) {
    run.addSecret(secret);
    const file = join(directory, `secret-${answers.length + 1}`);
    await writeTemporaryFile(file, `${secret}\n`);
    answers.push({ question, file });
  }
  const askPass = join(directory, 'ask-pass');
  await writeTemporaryFile(askPass, askPassScript(answers), 0o700);
  return { knownHosts, askPass };
}
