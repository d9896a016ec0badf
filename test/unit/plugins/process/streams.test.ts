import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../../../core/dev/components.ts';
import { runProvisioner, type TestedRun } from '../../../../plugins/sdk/testing.ts';
import { localGuest } from '../../../support/plugins/local-guest.ts';
import { pluginIn, scriptPlugin } from '../../../support/plugins/process-plugin.ts';

const HEAD = `
import hashlib, sys, threading, time
sys.path.insert(0, ${JSON.stringify(join(root, 'examples/plugins/python'))})
import kiln_plugin
`;

async function runPython(work: string): Promise<TestedRun> {
  const script = `${HEAD}
@kiln_plugin.provisioner("tried")
def work(run, config):
${work}
kiln_plugin.main()`;
  const folder = await scriptPlugin(['python3', './plugin'], script, {
    provisioners: { tried: { schema: './schema.json' } },
  });
  const tried = await (await pluginIn(folder))('provisioners', 'tried');
  return runProvisioner(tried, {}, { guest: localGuest() });
}

const SIZE = 20 * 1024 * 1024;

describe('bytes', () => {
  test('of a command reach the plugin whole, however slowly it takes them', { timeout: 60_000 }, async () => {
    const run = await runPython(`
    stream, digest = run.stream(), hashlib.sha256()
    options = {"command": "head -c ${SIZE} /dev/zero", "stdout": {"stream": stream.number}}
    threading.Thread(target=run.exec, kwargs=options).start()
    for piece in stream:
        digest.update(piece); time.sleep(0.001)
    run.say(digest.hexdigest())`);
    expect(run.failure).toBeUndefined();
    expect(run.lines).toContain(createHash('sha256').update(Buffer.alloc(SIZE)).digest('hex'));
  });

  test('of the plugin reach a command whole, and calls go on beside them', { timeout: 60_000 }, async () => {
    const run = await runPython(`
    stream, results = run.stream(), []
    def count(): results.append(run.exec("sleep 0.3; sha256sum", stdin={"stream": stream.number}, stdout="text"))
    counter = threading.Thread(target=count); counter.start()
    writer = threading.Thread(target=lambda: (stream.write(bytes(${SIZE})), stream.end())); writer.start()
    run.say("beside: " + run.exec("echo yes", stdout="text")["stdout"].strip())
    writer.join(); counter.join()
    run.say(results[0]["stdout"].split()[0])`);
    expect(run.failure).toBeUndefined();
    const [first, second] = run.lines.filter((line) => /^(beside|[0-9a-f]{64})/.test(line));
    expect(first).toBe('beside: yes');
    expect(second).toBe(createHash('sha256').update(Buffer.alloc(SIZE)).digest('hex'));
  });

  test('that nobody wants any more do not hold up the command', { timeout: 60_000 }, async () => {
    const run = await runPython(`
    stream, results = run.stream(), []
    def fill(): results.append(run.exec("head -c ${SIZE} /dev/zero", stdout={"stream": stream.number}))
    filler = threading.Thread(target=fill); filler.start()
    next(iter(stream)); run._peer.notify("stream.close", stream=stream.number)
    filler.join(); run.say("status " + str(results[0]["exitStatus"]))`);
    expect(run.failure).toBeUndefined();
    expect(run.lines).toContain('status 0');
  });

  test('of output as text are refused when they are too many', async () => {
    const run = await runPython(`    run.exec("head -c 6000000 /dev/zero", stdout="text")`);
    expect(run.failure?.message).toContain('more than 4 MiB of output as text');
  });

  test('that were not allowed end the plugin', async () => {
    const run = await runPython(`
    stream = run.stream()
    threading.Thread(target=run.exec, args=("sleep 5",), kwargs={"stdin": {"stream": stream.number}}).start()
    time.sleep(0.5)
    while True: run._peer.wire.send({"method": "stream.data", "params": {"stream": stream.number, "bytes": 1048576}}, bytes(1048576))`);
    expect(run.failure).toMatchObject({ code: 'PLUGIN_PROTOCOL' });
    expect(run.failure?.message).toContain('more on stream 1 than it was allowed to');
  });
});
