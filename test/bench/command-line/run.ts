/** The command line beside Packer's: `node test/bench/command-line/run.ts`. */
import { join } from 'node:path';
import { compare, type Contender } from '../paired.ts';

const here = import.meta.dirname;
const kiln = join(here, '../../../kiln');

function pair(...args: readonly string[]): readonly [Contender, Contender] {
  return [
    { name: 'kiln', program: kiln, args, cwd: here },
    { name: 'packer', program: 'packer', args, cwd: here },
  ];
}

compare('version', ...pair('version'), 20, 1);
compare('validate, one builder', ...pair('validate', 'one-builder.json'), 20, 0.4);
compare('validate, a small template', ...pair('validate', 'small.json'), 20, 0.3);
compare('inspect, a small template', ...pair('inspect', 'small.json'), 20, 0.3);
compare('build, null builder', ...pair('build', 'null.json'), 10, 0.5);
