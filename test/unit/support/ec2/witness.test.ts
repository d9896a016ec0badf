import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { startMoto } from '../../../support/ec2/witnesses/moto.ts';
import { begin } from './begin.ts';
import { pythonWithAws } from '../../../support/ec2/witnesses/python.ts';

const run = promisify(execFile);
const WITNESS = fileURLToPath(new URL('witness.py', import.meta.url));
const LIMIT = 120_000;

/** Elements that moto has and the test server leaves out, because no image build looks at them. */
const LEFT_OUT = [
  'DescribeAvailabilityZones: availabilityZoneInfo/item/messageSet',
  'DescribeImages: imagesSet/item/productCodes',
  'DescribeSubnets: subnetSet/item/privateDnsNameOptionsOnLaunch',
  'DescribeSubnets: subnetSet/item/privateDnsNameOptionsOnLaunch/enableResourceNameDnsAAAARecord',
  'DescribeSubnets: subnetSet/item/privateDnsNameOptionsOnLaunch/enableResourceNameDnsARecord',
  'DescribeSubnets: subnetSet/item/privateDnsNameOptionsOnLaunch/hostnameType',
  'DescribeVpcs: vpcSet/item/ipv6CidrBlockAssociationSet',
];

let python: string | undefined;

// The first time it may have to be installed.
beforeAll(() => {
  python = pythonWithAws();
}, 300_000);

type Shapes = Readonly<Record<string, readonly string[]>>;

async function witness(program: string, endpoint: string, ...options: readonly string[]): Promise<Shapes> {
  const { stdout } = await run(program, [WITNESS, endpoint, ...options], { timeout: LIMIT });
  return JSON.parse(stdout) as Shapes;
}

test(
  'botocore bakes an image, and the replies have the elements of those of moto',
  { timeout: 2 * LIMIT },
  async (context) => {
    if (python === undefined) return context.skip();
    const program = python;
    const { ec2 } = await begin();
    const ours = await witness(program, ec2.endpoint);
    expect(ec2.leftovers()).toEqual([]);
    expect(ec2.calls.every((each) => each.error === undefined)).toBe(true);
    await using moto = await startMoto(program);
    const others = await witness(program, moto.endpoint, '--short');
    expect(Object.keys(others).length).toBeGreaterThan(20);
    const lacking = Object.entries(others).flatMap(([call, paths]) => {
      const known = new Set(ours[call]);
      return paths.filter((path) => !known.has(path)).map((path) => `${call}: ${path.split('/').slice(2).join('/')}`);
    });
    expect(lacking.filter((each) => !LEFT_OUT.includes(each))).toEqual([]);
  },
);

test('the AWS CLI is taken to the server by the environment', { timeout: LIMIT }, async (context) => {
  if (python === undefined) return context.skip();
  const program = python;
  const { ec2 } = await begin();
  const aws = (...words: string[]): Promise<{ stdout: string }> =>
    run(program, ['-m', 'awscli', ...words, '--output', 'text'], {
      env: { ...process.env, ...ec2.environment },
      timeout: LIMIT,
    });
  const vpcs = await aws('ec2', 'describe-vpcs', '--query', 'Vpcs[].IsDefault');
  expect(vpcs.stdout.trim()).toBe('True');
  const launch = ['ec2', 'run-instances', '--image-id', 'ami-00000000000000009', '--instance-type', 't3.micro'];
  await expect(aws(...launch)).rejects.toThrow('(InvalidAMIID.NotFound)');
});
