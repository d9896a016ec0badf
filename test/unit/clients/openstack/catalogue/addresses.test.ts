import { describe, expect, test } from 'vitest';
import { baseUrlOf } from '../../../../../clients/openstack/catalogue/base-url.ts';
import type { CatalogueService } from '../../../../../clients/openstack/catalogue/catalogue.ts';
import { chooseEndpoint } from '../../../../../clients/openstack/catalogue/choose-endpoint.ts';
import { SERVICES } from '../../../../../clients/openstack/catalogue/services.ts';
import type { ServiceName } from '../../../../../clients/openstack/index.ts';
import { startCloud } from '../scripted-cloud.ts';

describe('an address is completed', () => {
  test.each<readonly [ServiceName, string, string]>([
    ['compute', 'https://c.example.com:8774/v2.1', 'https://c.example.com:8774/v2.1/'],
    ['compute', 'https://c.example.com:8774/v2.1/p1', 'https://c.example.com:8774/v2.1/p1/'],
    ['compute', 'https://c.example.com:8774/v2/p1', 'https://c.example.com:8774/v2/p1/'],
    ['compute', 'https://c.example.com:8774/', 'https://c.example.com:8774/v2.1/'],
    ['compute', 'https://c.example.com/compute', 'https://c.example.com/compute/v2.1/'],
    ['image', 'https://c.example.com:9292', 'https://c.example.com:9292/v2/'],
    ['image', 'https://c.example.com/image/v2/', 'https://c.example.com/image/v2/'],
    ['image', 'https://c.example.com:9292/v1', 'https://c.example.com:9292/v2/'],
    ['network', 'https://c.example.com:9696/', 'https://c.example.com:9696/v2.0/'],
    ['network', 'https://c.example.com:9696/v2.0', 'https://c.example.com:9696/v2.0/'],
    ['blockStorage', 'https://c.example.com:8776/v3/p1', 'https://c.example.com:8776/v3/p1/'],
    ['blockStorage', 'https://c.example.com:8776/v2/p1', 'https://c.example.com:8776/v2/p1/'],
    ['blockStorage', 'https://c.example.com/volume', 'https://c.example.com/volume/v3/p1/'],
    ['objectStore', 'https://c.example.com/v1/AUTH_p1', 'https://c.example.com/v1/AUTH_p1/'],
    ['objectStore', 'https://c.example.com/swift/v1', 'https://c.example.com/swift/v1/'],
    ['identity', 'https://c.example.com/identity/v2.0', 'https://c.example.com/identity/v3/'],
  ])('%s at %s is asked at %s', (name, endpoint, url) => {
    expect(String(baseUrlOf(endpoint, SERVICES[name], 'p1').url)).toBe(url);
  });

  test('but needs a project where the service does', () => {
    expect(() => baseUrlOf('https://c.example.com/volume', SERVICES.blockStorage, undefined)).toThrow(
      'needs a project',
    );
  });

  test('and has to be one', () => {
    expect(() => baseUrlOf('c.example.com', SERVICES.image, 'p1')).toThrow('is no address');
  });
});

function service(type: string, endpoints: readonly (readonly [string, string])[], name = type): CatalogueService {
  return {
    ...{ type, name },
    endpoints: endpoints.map(([face, region]) => ({
      interface: face,
      region,
      url: `${type}-${name}-${face}-${region}`,
    })),
  };
}

describe('an endpoint is chosen', () => {
  const catalogue = [
    service('volumev2', [['public', 'north']]),
    service('volumev3', [
      ['public', 'north'],
      ['internal', 'north'],
      ['public', 'south'],
    ]),
    service('image', [['internal', 'north']], 'glance'),
    service('image', [['public', 'north']], 'glance2'),
  ];
  const types = SERVICES.blockStorage.types;

  test.each([
    [
      'by the best type and the region',
      { types, region: 'south', interfaces: ['public'] },
      'volumev3-volumev3-public-south',
    ],
    ['by interface', { types, region: 'north', interfaces: ['internal'] }, 'volumev3-volumev3-internal-north'],
    [
      'by interfaces in order',
      { types, region: 'south', interfaces: ['internal', 'public'] },
      'volumev3-volumev3-public-south',
    ],
    ['by type', { types: ['volumev2'], interfaces: ['public'] }, 'volumev2-volumev2-public-north'],
    ['by name', { types: ['image'], name: 'glance2', interfaces: ['public'] }, 'image-glance2-public-north'],
    ['from all services of a type', { types: ['image'], interfaces: ['public'] }, 'image-glance2-public-north'],
  ] as const)('%s', (_what, choice, url) => {
    expect(chooseEndpoint(catalogue, choice)).toBe(url);
  });

  test.each([
    ['no such service', { types: ['compute'], interfaces: ['public'] }, 'it has image, volumev2, volumev3'],
    ['no such region', { types, region: 'west', interfaces: ['public'] }, 'its regions: north, south'],
    ['no such interface', { types, region: 'south', interfaces: ['admin'] }, 'no admin interface; it has public'],
    ['several regions', { types, interfaces: ['public'] }, 'none is chosen: north, south'],
    ['no such name', { types: ['image'], name: 'x', interfaces: ['public'] }, 'with the name "x"'],
  ] as const)('and an error says what there is: %s', (_what, choice, message) => {
    expect(() => chooseEndpoint(catalogue, choice)).toThrow(
      expect.objectContaining({ reason: 'unsupported', message: expect.stringContaining(message) as string }),
    );
  });

  test('a token without a catalogue is for no project', () => {
    expect(() => chooseEndpoint([], { types, interfaces: ['public'] })).toThrow('it is for no project');
  });
});

test('an address of the settings beats the catalogue', async () => {
  await using scripted = await startCloud(() => ({ body: { images: [] } }), { catalogue: {} });
  const { image } = scripted.cloud;
  await expect(image.images.list()).rejects.toMatchObject({ reason: 'unsupported' });
  await using other = await startCloud(() => ({ body: { images: [] } }), {
    settings: { services: { image: { endpoint: `${scripted.endpoint}/elsewhere` } } },
  });
  await other.cloud.image.images.list();
  expect(scripted.lines).toEqual(['GET /elsewhere/v2/images']);
});
