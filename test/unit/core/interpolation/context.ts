import type { FunctionContext } from '../../../../core/interpolation/index.ts';
import { builtin } from '../../../../plugins/builtin.ts';

/** Where an option of a builder stands. */
export const inBuild: FunctionContext = {
  startedAt: new Date('2026-03-04T15:06:07.089Z'),
  packerVersion: '1.6.6',
  templateDirectory: '/templates',
  workingDirectory: '/work',
  variables: { name: 'web', empty: '' },
  buildName: 'web-1',
  buildType: 'qemu',
  lookups: builtin.lookups,
};

/** Where a variable's value stands. */
export const inVariables: FunctionContext = {
  ...inBuild,
  buildName: undefined,
  buildType: undefined,
  outside: { environment: (name) => ({ HERE: 'there' })[name] },
};
