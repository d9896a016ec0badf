import { startTestEc2, type WorldOptions } from './index.ts';

/**
 * A test EC2 as a process of its own: `node main.ts '{"hiddenReads":1}'`. It says where it is in one line of JSON and
 * ends with its standard input, so that it never outlives the test.
 */
const ec2 = await startTestEc2(JSON.parse(process.argv[2] ?? '{}') as WorldOptions);
const { endpoint, credentials, account, environment } = ec2;
process.stdout.write(`${JSON.stringify({ endpoint, credentials, account, environment })}\n`);
process.stdin.resume();
process.stdin.once('end', () => {
  void ec2.stop().then(() => process.exit(0));
});
