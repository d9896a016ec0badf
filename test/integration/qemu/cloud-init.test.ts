import { describe, expect, it } from 'vitest';
import { cloudInitGuest } from '../../support/qemu/cloud-init-guest.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { bake, newHome, reasonToSkip, tinyOptions } from './bake.ts';

const long = process.env['KILN_LONG_TESTS'] === '1';
if (!long) console.info('skipped: cloud-init in a Debian guest; KILN_LONG_TESTS=1 runs it');

const userData = `#cloud-config
hostname: seeded
locale: false
users:
  - name: baker
    shell: /bin/bash
    sudo: 'ALL=(ALL) NOPASSWD:ALL'
    ssh_authorized_keys: ['{{ .SSHPublicKey }}']
write_files:
  - path: /etc/from-user-data
    content: written by cloud-init for {{ .Name }}
runcmd:
  - [touch, /run/ran]
`;

describe.skipIf(!long || reasonToSkip() !== undefined || lacks(['mmdebstrap'], true))(
  'cloud-init in a Debian guest',
  { timeout: 3_000_000 },
  () => {
    it('finds its data on the CD: it makes the user that Kiln logs in as, the files and the name', async () => {
      const home = newHome();
      const disk = cloudInitGuest();
      const options = tinyOptions(home, {
        iso_url: disk,
        memory: 768,
        cd_label: 'cidata',
        cd_content: { 'meta-data': 'instance-id: {{ .Name }}\n', 'user-data': userData },
        ssh_username: 'baker',
        ssh_private_key_file: null,
        ssh_timeout: '40m',
        shutdown_command: 'sudo systemctl poweroff',
      });
      const seen: string[] = [];
      const { error } = await bake(options, {
        home,
        provision: async (guest, _data, signal) => {
          const script = `cloud-init status --wait | tail -n 1; id -un; hostname; cat /etc/from-user-data; echo
            ls /run/ran; sudo cloud-init query instance_id; sudo cloud-init query platform`;
          await guest.exec(script, {
            signal,
            onLine: (stream, line) => {
              if (stream === 'stdout') seen.push(line);
            },
          });
        },
      });
      expect(error).toBeUndefined();
      expect(seen.filter((line) => line !== '')).toEqual([
        'status: done',
        'baker',
        'seeded',
        'written by cloud-init for web.qcow2',
        '/run/ran',
        'web.qcow2',
        'nocloud',
      ]);
    });
  },
);
