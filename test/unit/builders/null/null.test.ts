import { describe, expect, test } from 'vitest';
import type { NullBuilderConfig } from '../../../../builders/null/config.gen.ts';
import { builder } from '../../../../builders/null/index.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';
import type { Communicator } from '../../../../plugins/sdk/index.ts';
import { componentConfig, prepareContext } from '../../../support/component-config.ts';
import { handMadeBuild } from '../../../support/kiln/hand-made-build.ts';

function config(options: JsonObject): NullBuilderConfig {
  return componentConfig('builders/null', options);
}

const machine = { ssh_host: 'h', ssh_username: 'u' };

describe('prepare', () => {
  test.each<[JsonObject, readonly string[]]>([
    [{ ...machine, ssh_password: 'p' }, []],
    [{ communicator: 'none' }, []],
    [{ ssh_username: 'u', ssh_password: 'p' }, ['NULL_HOST_REQUIRED']],
    [machine, ['NULL_ONE_LOGIN']],
    [{ ...machine, ssh_password: 'p', ssh_agent_auth: true }, ['NULL_ONE_LOGIN']],
    [{ ...machine, ssh_password: '' }, ['NULL_ONE_LOGIN']],
    [{ ssh_host: 'h', ssh_password: 'p' }, ['SSH_USERNAME_REQUIRED']],
  ])('%j gives %j', (options, codes) => {
    const context = prepareContext({ environment: () => '/run/agent' });
    expect(builder.prepare(config(options), context).map(({ code }) => code)).toEqual(codes);
  });

  test('says whether no way to log in is given, or several are', () => {
    const message = (options: JsonObject): string | undefined =>
      builder.prepare(config(options), prepareContext({ environment: () => 'x' }))[0]?.message;
    expect(message(machine)).toContain('none is');
    expect(message({ ...machine, ssh_password: 'p', ssh_agent_auth: true })).toContain('several are');
  });
});

test('without a machine, provisioners run here and nothing is made', async () => {
  const kinds: string[] = [];
  const provision = (guest: Communicator): Promise<void> => {
    kinds.push(guest.kind);
    return Promise.resolve();
  };
  const build = await handMadeBuild({ provision });
  const artifact = await builder.run(config({ communicator: 'none' }), build);
  expect(kinds).toEqual(['none']);
  expect(artifact).toMatchObject({ builderId: 'fnoeding.null', id: 'Null', files: [] });
});
