import { startTestEc2, type TestEc2, type WorldOptions } from '../../support/ec2/index.ts';
import { kilnPlace, type KilnPlace } from '../kiln-place.ts';

export { kilnIn, root, runIn, type Ran } from '../kiln-place.ts';

/** A test EC2, and a directory in which Kiln bakes on it as a process. */
export interface Shop extends AsyncDisposable, Omit<KilnPlace, 'write' | 'remove'> {
  readonly ec2: TestEc2;
  /** Kinds of what is left on the server, sorted. */
  kinds(): readonly string[];
  /** How often a call was made. */
  calls(name: string): number;
  /** Writes a template with one builder; its path. */
  template(builder: object, more?: object): string;
}

export async function shop(options: WorldOptions = {}): Promise<Shop> {
  const ec2 = await startTestEc2(options);
  const source = ec2.addImage('us-east-1', { name: 'base' });
  const { write, remove, ...place } = kilnPlace('amazon', ec2.environment);
  return {
    ec2,
    ...place,
    kinds: () =>
      ec2
        .leftovers()
        .map(({ kind }) => kind)
        .sort(),
    calls: (name) => ec2.calls.filter(({ call }) => call === name).length,
    template: (builder, more = {}) => {
      const usual = { type: 'amazon-ebs', ami_name: 'web', source_ami: source, instance_type: 't3.micro' };
      return write({ builders: [{ ...usual, ...builder }], ...more });
    },
    [Symbol.asyncDispose]: async () => {
      await ec2.settled();
      await ec2.stop();
      remove();
    },
  };
}
