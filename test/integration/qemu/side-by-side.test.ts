import { readdirSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { directory, file, kiln, path } from '../../cli/run-kiln.ts';
import { qemusOf, readInImage, reasonToSkip, tinyOptions } from './bake.ts';

const long = process.env['KILN_LONG_TESTS'] === '1';
/** Builds of the one process and of the other. */
const counts = long ? [8, 4] : [2, 2];
if (!long) console.info(`${counts.join(' and ')} machines side by side; with KILN_LONG_TESTS=1 there are 8 and 4`);

/** As many builds of the tiny guest, all with the same few ports to choose from. */
function template(which: string, count: number): string {
  const all = counts.reduce((sum, one) => sum + one);
  const builders = Array.from({ length: count }, (_, index) => ({
    ...tinyOptions(directory),
    type: 'qemu',
    name: `${which}${index}`,
    memory: 96,
    ssh_timeout: '20m',
    disable_vnc: false,
    host_port_min: 23_400,
    host_port_max: 23_400 + all,
    http_port_min: 23_500,
    http_port_max: 23_500 + all,
    vnc_port_min: 5940,
    vnc_port_max: 5940 + all - 1,
    http_content: { '/name': `I am ${which}${index}` },
    output_directory: path(`out-${which}${index}`),
  }));
  const inline = ['wget -qO /name http://{{build `PackerHTTPAddr`}}/name', 'sync'];
  return file(`${which}.json`, { builders, provisioners: [{ type: 'shell', inline }] });
}

describe.skipIf(reasonToSkip() !== undefined)('machines side by side', { timeout: long ? 1_500_000 : 420_000 }, () => {
  it("never take each other's ports, files and sockets, in one Kiln and in two", async () => {
    const [first = 0, second = 0] = counts;
    const builds = [...Array(first).keys()].map((index) => `a${index}`);
    builds.push(...[...Array(second).keys()].map((index) => `b${index}`));
    let most = 0;
    const timer = setInterval(() => {
      most = Math.max(most, qemusOf(directory).length);
    }, 500);
    onTestFinished(() => clearInterval(timer));
    const ended = await Promise.all([
      kiln(['build', `-parallel-builds=${first}`, template('a', first)]),
      kiln(['build', `-parallel-builds=${second}`, template('b', second)]),
    ]);
    expect(ended.map(({ code, stdout, stderr }) => (code === 0 ? 'well' : stdout + stderr))).toEqual(['well', 'well']);
    expect(most).toBeGreaterThanOrEqual(first);
    console.info(`${most} machines ran at once`);
    for (const build of builds) expect(readInImage(path(`out-${build}/web.qcow2`), '/name')).toBe(`I am ${build}`);
    expect(readdirSync(path('cache/qemu-consoles')).filter((name) => name.endsWith('.log'))).toHaveLength(
      builds.length,
    );
  });
});
