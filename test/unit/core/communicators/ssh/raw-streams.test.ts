import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect } from 'vitest';
import { logInTo, endpointOf } from '../../../../support/ssh/ssh-guest.ts';
import { sshdMissing, startSshd } from '../../../../support/ssh/sshd.ts';
import { testWithSshd } from '../../../../support/ssh/test-with-sshd.ts';
const test = testWithSshd();

const missing = sshdMissing();
const signal = new AbortController().signal;

describe.skipIf(missing !== undefined)(
  `what others do over Kiln's login${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    test('output comes as it is, with no line end made up, while the command waits for its input', async ({ sshd }) => {
      const guest = await logInTo(sshd);
      const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
      const asked = new Promise<string>((resolve) => stderr.once('data', (chunk: Buffer) => resolve(chunk.toString())));
      const bytes = buffer(stdout);
      const command = `printf 'word: ' >&2; read w; printf 'a\\r\\0%s\\377' "$w"; exit 4`;
      const running = guest.exec(command, { signal, stdin, stdout, stderr });
      expect(await asked).toBe('word: ');
      stdin.end('hello\n');
      expect(await running).toMatchObject({ exitStatus: 4, outputTail: 'word: ' });
      expect(await bytes).toEqual(Buffer.from('a\r\0hello\xff', 'latin1'));
      await guest.close();
    });

    test('a command can be told to have a terminal, or to have none', async ({ sshd }) => {
      const command = 'if [ -t 0 ]; then echo terminal; else echo none; fi';
      for (const pty of [true, false]) {
        const guest = await logInTo(sshd, { pty });
        const [own, given] = pty ? ['terminal', 'none'] : ['none', 'terminal'];
        expect((await guest.exec(command, { signal })).outputTail.trim()).toBe(own);
        expect((await guest.exec(command, { signal, terminal: !pty })).outputTail.trim()).toBe(given);
        await guest.close();
      }
    });

    test('the address has the jump host with the key that it has shown', async ({ sshd }) => {
      const bastion = await startSshd();
      const jump = { privateKeyFile: bastion.privateKeyFile, password: 'unused' };
      const guest = await logInTo(sshd, { bastion: endpointOf(bastion.port, jump) });
      const place = { host: '127.0.0.1', user: 'root' };
      expect(guest.address).toMatchObject({
        ...place,
        port: sshd.port,
        bastion: {
          ...place,
          port: bastion.port,
          ...jump,
          knownHostsLine: expect.stringContaining(`[127.0.0.1]:${bastion.port} ssh-ed25519 `) as string,
        },
      });
      await guest.close();
      await bastion.stop();
    });
  },
);
