import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { makeKeyPair } from '../../../../core/communicators/ssh/login/key-pair.ts';
import { startSshd } from '../../../support/ssh/sshd.ts';
import { localPlace } from '../../../support/upload/local-place.ts';
import { uploadSuite } from '../../../support/upload/suite.ts';
import { fileOf } from '../../../support/upload/upload.ts';

uploadSuite('an SSH server, by SFTP', async () => {
  // One suite serves all kinds of servers, and starts and ends each of them itself.
  const sshd = await startSshd();
  const place = await localPlace();
  const hostKey = execFileSync('ssh-keygen', ['-y', '-f', join(sshd.directory, 'host_key')], { encoding: 'utf8' });
  const strange = await makeKeyPair('ed25519', 0, 'stranger');
  const strangeFile = await fileOf('key', Buffer.from(strange.privateKey));
  return {
    ...place,
    port: sshd.port,
    target: (path, port = sshd.port) => ({
      url: `sftp://root@127.0.0.1:${port}${place.directory}/${path}`,
      ssh_private_key_file: sshd.privateKeyFile,
      ssh_host_key: [hostKey.trim()],
    }),
    stranger: {
      target: (target) => ({ ...target, ssh_private_key_file: strangeFile }),
      code: 'SSH_LOGIN_REFUSED',
    },
    stop: async () => {
      await sshd.stop();
      await place.stop();
    },
  };
});
