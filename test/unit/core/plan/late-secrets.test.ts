import { expect, test } from 'vitest';
import { builtin } from '../../../../plugins/builtin.ts';
import { planTemplate } from '../../../support/kiln/plan-template.ts';

/** A provisioner with a secret option that the component does not fill in itself. */
const withSecret = {
  ...builtin,
  provisioners: {
    ...builtin.provisioners,
    quiet: {
      schema: () =>
        Promise.resolve({
          type: 'object',
          additionalProperties: false,
          properties: { password: { type: 'string', 'x-secret': true }, user: { type: 'string' } },
        }),
      load: () => builtin.provisioners['breakpoint']!.load(),
    },
  },
};

test('a secret that is known only when the build runs is hidden from then on, and what is beside it is not', async () => {
  const { plan, diagnostics } = await planTemplate(
    {
      builders: [{ type: 'null', communicator: 'none' }],
      provisioners: [{ type: 'quiet', password: 'pre-{{ build `ID` }}', user: 'user-{{ build `ID` }}' }],
    },
    { options: { components: withSecret } },
  );
  expect(diagnostics).toEqual([]);
  const secrets: string[] = [];
  const voice = { warn: () => undefined, addSecret: (secret: string) => void secrets.push(secret) };
  const configured = await plan?.builds[0]?.provisioners[0]?.configure({ ID: 'i-1234567890' }, voice);
  expect(configured?.config).toMatchObject({ password: 'pre-i-1234567890', user: 'user-i-1234567890' });
  expect(secrets).toEqual(['pre-i-1234567890']);
});
