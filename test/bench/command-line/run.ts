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
// The floor: a Node that runs nothing takes 0.36 of what Packer takes to inspect, so that the target above is out of
// reach for a program in Node, and 0.25 of what it takes to validate.
const [, validating] = pair('validate', 'small.json');
const [, inspecting] = pair('inspect', 'small.json');
const nothing: Contender = { name: 'node', program: join(kiln, '../.kiln/node/node'), args: ['-e', '0'] };
compare('nothing at all beside validate', nothing, validating, 20, 0.3);
compare('nothing at all beside inspect', nothing, inspecting, 20, 0.3);
compare('build, null builder', ...pair('build', 'null.json'), 10, 0.5);
