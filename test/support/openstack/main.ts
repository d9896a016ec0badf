import { startTestOpenStack, type WorldOptions } from './index.ts';

/**
 * A test OpenStack as a process of its own: `node main.ts '{"hiddenReads":1}'`. It says where it is in one line of JSON
 * and ends with its standard input, so that it never outlives the test.
 */
const cloud = await startTestOpenStack(JSON.parse(process.argv[2] ?? '{}') as WorldOptions);
const { endpoint, authUrl, environment } = cloud;
process.stdout.write(`${JSON.stringify({ endpoint, authUrl, environment })}\n`);
process.stdin.resume();
process.stdin.once('end', () => {
  void cloud.stop().then(() => process.exit(0));
});
