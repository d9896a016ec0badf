import { expect, test } from 'vitest';
import { connect } from '../../../../../clients/openstack/index.ts';
import { startCloud } from '../scripted-cloud.ts';

const flavors = { body: { flavors: [] } };

test('nobody is asked before the first call, and then for one token for all services', async () => {
  await using scripted = await startCloud(({ line }) =>
    line.includes('flavors') ? flavors : { body: { networks: [] } },
  );
  expect(scripted.tokens()).toBe(0);
  await Promise.all([scripted.cloud.compute.flavors.list(), scripted.cloud.network.networks.list()]);
  expect(scripted.tokens()).toBe(1);
  expect(scripted.requests.map(({ headers }) => headers['x-auth-token'])).toEqual(['t1', 't1']);
});

test('a token that is refused is renewed once, however many calls it had', async () => {
  await using scripted = await startCloud(({ request }) => {
    return request.headers['x-auth-token'] === 't1' ? { status: 401 } : flavors;
  });
  const { cloud } = scripted;
  await Promise.all([cloud.compute.flavors.list(), cloud.compute.flavors.list(), cloud.compute.flavors.list()]);
  expect(scripted.tokens()).toBe(2);
  expect(scripted.lines).toHaveLength(6);
});

test('a token that is refused again and again is an error after the second one', async () => {
  await using scripted = await startCloud(() => ({ status: 401 }));
  await expect(scripted.cloud.compute.flavors.list()).rejects.toMatchObject({
    reason: 'unauthorized',
    service: 'compute',
  });
  expect(scripted.tokens()).toBe(2);
});

test('a request that makes something is sent again with the new token', async () => {
  await using scripted = await startCloud(({ request }) => {
    if (request.headers['x-auth-token'] === 't1') return { status: 401 };
    return { status: 202, body: { server: { id: 's1' } } };
  });
  const server = await scripted.cloud.compute.servers.create({ name: 'x', flavorRef: 'f1' });
  expect(server.id).toBe('s1');
  expect(scripted.tokens()).toBe(2);
});

test('a token is renewed before its end, by its life and not by the clock of the cloud', async () => {
  // Half of so short a life is what is left at the most.
  await using scripted = await startCloud(() => flavors, { life: 100 });
  await scripted.cloud.compute.flavors.list();
  await new Promise((resolve) => setTimeout(resolve, 60));
  await scripted.cloud.compute.flavors.list();
  expect(scripted.tokens()).toBe(2);
});

test('who gives up waiting for a token leaves it to the others', async () => {
  await using scripted = await startCloud(() => flavors);
  const reason = new Error('enough');
  const controller = new AbortController();
  const given = scripted.cloud.compute.flavors.list({ signal: controller.signal });
  const other = scripted.cloud.compute.flavors.list();
  controller.abort(reason);
  await expect(given).rejects.toBe(reason);
  expect(await other).toEqual([]);
  expect(scripted.tokens()).toBe(1);
});

test('without Keystone every service is at the address of the login', async () => {
  await using scripted = await startCloud(() => flavors);
  const cloud = connect({ login: { type: 'endpoint', endpoint: `${scripted.endpoint}/v2.1`, token: 'fixed' } });
  await cloud.compute.flavors.list();
  expect(scripted.lines).toEqual(['GET /v2.1/flavors/detail']);
  expect(scripted.requests[0]?.headers['x-auth-token']).toBe('fixed');
  expect(scripted.tokens()).toBe(0);
  cloud.close();
});
