import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startTestEc2 } from '../../support/ec2/index.ts';
import { startTestGce } from '../../support/gce/index.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { startTestOpenStack } from '../../support/openstack/index.ts';
import { freePort } from '../../support/ssh/sshd.ts';
import { kilnPlace, root } from '../kiln-place.ts';
import { reasonToSkip, tinyOptions } from '../qemu/bake.ts';

interface Template {
  readonly variables: Readonly<Record<string, string>>;
  readonly builders: readonly (Readonly<Record<string, unknown>> & { readonly type: string })[];
}

/** A builder of the example with other values for what is different here; undefined takes an option away. */
type Changes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function changed(template: Template, variables: Readonly<Record<string, string>>, changes: Changes): object {
  return {
    ...template,
    variables: { ...template.variables, ...variables },
    builders: template.builders.map((builder) => ({ ...builder, ...changes[builder.type] })),
    provisioners: [{ type: 'shell', inline: ['echo "here is {{build `PackerRunUUID`}} of $PACKER_BUILDER_TYPE"'] }],
  };
}

const isMissing = reasonToSkip() !== undefined || lacks(['/usr/sbin/sshd'], true);

describe.skipIf(isMissing)('examples/everywhere.json', { timeout: 180_000 }, () => {
  it('builds on AWS, Google Cloud, OpenStack and this machine at once', async () => {
    const port = await freePort();
    const guest = { kind: 'sshd', port } as const;
    const ec2 = await startTestEc2({ guest });
    const gce = await startTestGce({ guest });
    const openstack = await startTestOpenStack({ guest });
    const place = kilnPlace('everywhere', { ...ec2.environment, ...openstack.environment, ...gce.environment });
    try {
      const login = { ssh_username: 'root', ssh_port: port };
      const source = ec2.addImage('us-east-1', { name: 'base' });
      openstack.addImage({ name: 'debian-12' });
      const example = JSON.parse(readFileSync(join(root, 'examples/everywhere.json'), 'utf8')) as Template;
      const template = place.write(
        changed(
          example,
          { region: 'us-east-1', project: 'bakery' },
          {
            'amazon-ebs': { ...login, source_ami: source, source_ami_filter: undefined },
            googlecompute: { ...login, custom_endpoints: gce.customEndpoints },
            openstack: { ...login, cloud: undefined, networks: ['private'] },
            qemu: { ...tinyOptions(place.directory), ssh_password: undefined },
          },
        ),
      );
      const { code, output } = await place.start('build', template).ended;
      expect(code, output).toBe(0);
      const types = example.builders.map(({ type }) => type);
      for (const type of types) expect(output).toMatch(new RegExp(`here is [0-9a-f-]{36} of ${type}`));
      expect(gce.leftovers().map(({ kind }) => kind)).toEqual(['image']);
      expect([...new Set(openstack.leftovers().map(({ kind }) => kind))]).toEqual(['image']);
      expect(
        ec2
          .leftovers()
          .map(({ kind }) => kind)
          .sort(),
      ).toEqual(['image', 'snapshot']);
      expect(existsSync(join(place.directory, 'out/web.qcow2'))).toBe(true);
      const manifest = readFileSync(join(place.directory, 'packer-manifest.json'), 'utf8');
      const { builds } = JSON.parse(manifest) as { readonly builds: readonly { readonly builder_type: string }[] };
      expect(builds.map((each) => each.builder_type).sort()).toEqual(types.toSorted());
      expect([...gce.broken, ...openstack.broken, ...ec2.broken]).toEqual([]);
    } finally {
      for (const cloud of [ec2, gce, openstack]) await cloud.stop();
      place.remove();
    }
  });
});
