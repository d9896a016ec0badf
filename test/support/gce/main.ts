import { startTestGce, type WorldOptions } from './index.ts';

/**
 * A test Compute Engine as a process of its own: `node main.ts '{"hiddenReads":1}'`. It says where it is in one line of
 * JSON and ends with its standard input, so that it never outlives the test.
 */
const gce = await startTestGce(JSON.parse(process.argv[2] ?? '{}') as WorldOptions);
const { endpoint, customEndpoints, token, environment } = gce;
process.stdout.write(`${JSON.stringify({ endpoint, customEndpoints, token, environment })}\n`);
process.stdin.resume();
process.stdin.once('end', () => {
  void gce.stop().then(() => process.exit(0));
});
