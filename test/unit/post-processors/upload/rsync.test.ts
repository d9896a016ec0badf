import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeKeyPair } from '../../../../core/communicators/ssh/login/key-pair.ts';
import { startSshd } from '../../../support/ssh/sshd.ts';
import { localPlace } from '../../../support/upload/local-place.ts';
import { uploadSuite } from '../../../support/upload/suite.ts';
import { fileOf } from '../../../support/upload/upload.ts';

uploadSuite('an SSH server, by rsync', async () => {
  const sshd = await startSshd();
  const place = await localPlace();
  const hostKey = execFileSync('ssh-keygen', ['-y', '-f', join(sshd.directory, 'host_key')], { encoding: 'utf8' });
  const known = join(sshd.directory, 'known_hosts');
  await writeFile(known, `[127.0.0.1]:* ${hostKey}`);
  const strange = await makeKeyPair('ed25519', 0, 'stranger');
  const strangeFile = await fileOf('key', Buffer.from(strange.privateKey));
  return {
    ...place,
    port: sshd.port,
    target: (path, port = sshd.port) => ({
      url: `rsync://root@127.0.0.1:${port}${place.directory}/${path}`,
      ssh_private_key_file: sshd.privateKeyFile,
      ssh_known_hosts_file: known,
    }),
    stranger: { target: (target) => ({ ...target, ssh_private_key_file: strangeFile }), code: 'SSH_LOGIN_REFUSED' },
    stop: async () => {
      await sshd.stop();
      await place.stop();
    },
  };
});
