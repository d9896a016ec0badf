/** The test OpenStack answers as the real one did: see recorded/record-answers.ts. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startTestOpenStack } from '../../../support/openstack/index.ts';
import { askAll } from '../../../support/openstack/recorded/ask-all.ts';
import type { Recorded } from '../../../support/openstack/recorded/cloud.ts';

const PLACE = new URL('../../../support/openstack/recorded/answers.json', import.meta.url);

/** Where the two differ. What is null in one of them may be anything in the other: it depends on what was there. */
function differences(real: unknown, test: unknown, where: string): readonly string[] {
  if (real === test || real === 'null' || test === 'null') return [];
  if (typeof real !== 'object' || typeof test !== 'object' || real === null || test === null) {
    return [`${where}: ${JSON.stringify(real)} is here ${JSON.stringify(test)}`];
  }
  if (Array.isArray(real) && Array.isArray(test)) {
    return real.length > 0 && test.length > 0 ? differences(real[0], test[0], `${where}[]`) : [];
  }
  const [one, other] = [new Map(Object.entries(real)), new Map(Object.entries(test))];
  const names = [...new Set([...one.keys(), ...other.keys()])];
  return names.flatMap((name) => differences(one.get(name), other.get(name), `${where}.${name}`));
}

function compare(real: Recorded, test: Recorded | undefined): readonly string[] {
  if (test === undefined) return [`${real.name}: not asked`];
  const headers = JSON.stringify(real.headers) === JSON.stringify(test.headers);
  return [
    ...(real.status === test.status ? [] : [`${real.name}: ${real.status} is here ${test.status}`]),
    ...(headers ? [] : [`${real.name}: headers ${real.headers.join(' ')} are here ${test.headers.join(' ')}`]),
    ...differences(real.body, test.body, real.name),
  ];
}

it('the same requests are answered with the same names, types, headers and words as by a real OpenStack', async () => {
  const recorded = JSON.parse(readFileSync(PLACE, 'utf8')) as readonly Recorded[];
  const cloud = await startTestOpenStack({ timePerCall: 1000 });
  try {
    // As the image that was used when the answers were recorded.
    const properties = { os_distro: 'debian', os_version: '12', os_admin_user: 'debian', hw_rng_model: 'virtio' };
    cloud.addNetwork({ name: 'lab-net', cidr: '198.51.100.0/24', reach: 'none' });
    cloud.addImage({ name: 'base', properties, owner: 'other' });
    const asked = await askAll({
      authUrl: cloud.authUrl,
      username: 'baker',
      password: cloud.environment['OS_PASSWORD'] ?? '',
      project: 'bakery',
      image: 'base',
      flavor: 'm1.small',
      network: 'lab-net',
      pause: 0,
    });
    expect(cloud.broken).toEqual([]);
    const answers = new Map(asked.map((answer) => [answer.name, answer]));
    expect(recorded.length).toBeGreaterThan(150);
    expect(recorded.flatMap((real) => compare(real, answers.get(real.name)))).toEqual([]);
    expect(cloud.leftovers()).toEqual([]);
  } finally {
    await cloud.stop();
  }
});
