import { defineLookup, type Lookup } from '../../plugins/sdk/index.ts';

/** ``{{ aws_secretsmanager `name` `key` }}``; the key may be left out when there is but one, or none. */
export const awsSecretsmanager: Lookup = defineLookup({
  name: 'aws_secretsmanager',
  takes: { least: 1, most: 2 },
  fetch: async ([name = '', key = ''], signal) => {
    const { readSecret, valueIn } = await import('./read-secret.ts');
    return valueIn(await readSecret(name, signal), key);
  },
});

/** ``{{ aws_secretsmanager_raw `name` }}``: the secret as it is stored. */
export const awsSecretsmanagerRaw: Lookup = defineLookup({
  name: 'aws_secretsmanager_raw',
  takes: { least: 1, most: 1 },
  fetch: async ([name = ''], signal) => (await import('./read-secret.ts')).readSecret(name, signal),
});
