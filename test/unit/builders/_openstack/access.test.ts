import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recallAccess, rememberAccess } from '../../../../builders/_openstack/api/access.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { openstackPlace, type OpenstackPlace } from '../../../support/openstack/openstack-place.ts';

type Environment = Readonly<Record<string, string>>;

/** A test cloud without its variables, but for these. */
async function bareCloud(environment: Environment = {}): Promise<OpenstackPlace & { readonly login: Environment }> {
  const place = await openstackPlace({ timePerCall: 60_000 });
  for (const name of Object.keys(process.env).filter((each) => each.startsWith('OS_'))) {
    Reflect.deleteProperty(process.env, name);
  }
  Object.assign(process.env, environment);
  const { OS_AUTH_URL: url = '', OS_PASSWORD: password = '' } = place.cloud.environment;
  const names = { username: 'baker', tenant_name: 'bakery', domain_name: 'Default', region: 'RegionOne' };
  return { ...place, login: { ...names, identity_endpoint: url, password } };
}

async function failureOf(place: OpenstackPlace, options: JsonObject): Promise<unknown> {
  const { report } = await place.bake({ skip_create_image: true, ...options });
  return report.failure;
}

const MFA = { username: 'mfa-baker', password: "mfa-baker's pass/word" };

describe('a way into OpenStack', () => {
  it('is the template’s own options', async () => {
    await using place = await bareCloud();
    expect(await failureOf(place, place.login)).toBeUndefined();
  });

  it('that the template chooses leaves another one of the environment aside', async () => {
    await using place = await bareCloud({ OS_TOKEN: 'old', OS_APPLICATION_CREDENTIAL_SECRET: 'other' });
    expect(await failureOf(place, place.login)).toBeUndefined();
  });

  it('is an entry of clouds.yaml, over which options of the template count; its secrets are not shown', async () => {
    await using place = await bareCloud();
    const { identity_endpoint: auth_url, password, username, tenant_name: project_name } = place.login;
    const names = { user_domain_name: 'Default', project_domain_name: 'Default' };
    const auth = { auth_url, username, password, project_name, ...names };
    const file = join(place.directory, 'clouds.yaml');
    await writeFile(file, JSON.stringify({ clouds: { here: { region_name: 'RegionOne', auth } } }));
    process.env['OS_CLIENT_CONFIG_FILE'] = file;
    expect(await failureOf(place, { cloud: 'here' })).toBeUndefined();
    expect(await failureOf(place, { cloud: 'there' })).toMatchObject({
      code: 'OPENSTACK_ACCESS',
      pointer: '/builders/0/cloud',
    });
    expect(await failureOf(place, { cloud: 'here', region: 'moon' })).toMatchObject({ code: 'OPENSTACK_REGION' });
    expect(await failureOf(place, { cloud: 'here', password: 'wrong' })).toMatchObject({
      code: 'OPENSTACK_CREDENTIALS',
    });
    const { said } = await place.bake({
      cloud: 'here',
      skip_create_image: true,
      instance_name: `web ${password ?? ''}`,
    });
    expect(said.join('\n')).not.toContain(password);
  });

  it('that wants a passcode besides takes the template’s, or the person’s at the terminal', async () => {
    await using place = await bareCloud();
    expect(await failureOf(place, { ...place.login, ...MFA, passcode: '123456' })).toBeUndefined();
    expect(await failureOf(place, { ...place.login, ...MFA })).toMatchObject({ code: 'OPENSTACK_CREDENTIALS' });
    const asked: string[] = [];
    const ask = (question: string): Promise<string> => {
      asked.push(question);
      return Promise.resolve('123456');
    };
    // Builds that get in the same way share a connection, so this one differs.
    const options = { ...place.login, ...MFA, endpoint_type: 'publicURL', skip_create_image: true };
    const { report } = await place.bake(options, { ask });
    expect(report.failure).toBeUndefined();
    expect(asked).toHaveLength(1);
  });

  it('that is not said, or leads nowhere, is told of', async () => {
    await using place = await bareCloud();
    expect(await failureOf(place, {})).toMatchObject({
      code: 'OPENSTACK_ACCESS',
      message: 'nobody says where OpenStack is (the address of Keystone)',
      pointer: '/builders/0',
      hint: expect.stringContaining('OS_AUTH_URL') as string,
    });
    const nowhere = { ...place.login, identity_endpoint: 'http://127.0.0.1:1/v3' };
    expect(await failureOf(place, nowhere)).toMatchObject({
      code: 'OPENSTACK_UNREACHABLE',
      pointer: '/builders/0/identity_endpoint',
    });
    expect(place.calls()).toEqual([]);
  });

  it('is remembered without its secrets, and known again by another process that has the same', () => {
    const options = { cloud: 'here', username: 'a', password: 'secret', passcode: '1', insecure: false };
    const { options: open } = rememberAccess(options, 'north');
    expect(JSON.stringify(open)).not.toContain('secret');
    expect(recallAccess({ here: 'of another process', options: open })).toEqual(options);
    const elsewhere = recallAccess({ here: 'of another process', options: { ...open, username: 'b' } });
    expect(elsewhere).toEqual({ cloud: 'here', username: 'b', region: 'north', insecure: false });
  });
});
