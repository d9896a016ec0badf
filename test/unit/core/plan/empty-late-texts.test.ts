import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { planTemplate } from '../../../support/kiln/plan-template.ts';

async function planned(provisioner: JsonObject): Promise<{ readonly codes: unknown; readonly config: JsonObject }> {
  const { plan, diagnostics } = await planTemplate({
    variables: { nothing: '', also: '{{user `nothing`}}' },
    builders: [{ type: 'null', ssh_host: 'h', ssh_username: 'u', ssh_password: 'hush-hush' }],
    provisioners: [provisioner],
  });
  const voice = { warn: () => undefined, addSecret: () => undefined };
  const configured = await plan?.builds[0]?.provisioners[0]?.configure({}, voice);
  return { codes: diagnostics.map(({ code }) => code), config: configured?.config ?? {} };
}

const powershell = { type: 'powershell', inline: ['x'] };

describe('an option that is filled in late, of a variable that is empty', () => {
  it.each(['{{user `nothing`}}', '{{user `also`}}', '{{if eq (user `nothing`) "x"}}y{{end}}'])(
    'is not given: %s',
    async (text) => {
      const { codes, config } = await planned({ ...powershell, elevated_user: text, elevated_password: text });
      expect(codes).toEqual([]);
      expect(config).not.toHaveProperty('elevated_password');
    },
  );

  it('leaves the default in force', async () => {
    const { config } = await planned({ type: 'shell', inline: ['x'], execute_command: '{{user `nothing`}}' });
    const usual = await planned({ type: 'shell', inline: ['x'] });
    expect(config['execute_command']).toBe(usual.config['execute_command']);
  });

  it('is given when the build may fill it in', async () => {
    const late = '{{if eq (build `ID`) "x"}}y{{end}}';
    const { config } = await planned({ ...powershell, elevated_user: 'u', elevated_password: late });
    expect(config['elevated_password']).toBe(late);
    const own = '{{user `nothing`}}{{.WinRMPassword}}';
    const { config: other } = await planned({ ...powershell, elevated_user: 'u', elevated_password: own });
    expect(other['elevated_password']).toBe(own);
  });
});
