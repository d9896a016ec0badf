import { expect, it } from 'vitest';
import { communicatorTypes } from '../../../../core/communicators/connect-guest.ts';
import schema from '../../../../core/communicators/options.schema.json' with { type: 'json' };
import { defineCommunicator } from '../../../../plugins/sdk/guest.ts';
import { noneCommunicator } from '../../../../plugins/sdk/guest.ts';
import { prepareContext } from '../../../support/component-config.ts';

it('every way in that the schema names is in the table, by its own name, and no other', () => {
  expect(Object.keys(communicatorTypes).sort()).toEqual([...schema.properties.communicator.enum].sort());
  for (const [name, type] of Object.entries(communicatorTypes)) expect(type.name).toBe(name);
});

it('a way in that says nothing of programs and faults has none', async () => {
  const serial = defineCommunicator({
    name: 'serial',
    endpoint: ({ line }) => ({ host: line, port: 0, timeout: 1000 }),
    connect: (_: { readonly line: string }) => Promise.resolve(noneCommunicator),
  });
  const options = { line: '/dev/ttyS0' };
  expect([serial.programs, serial.needs(options), serial.check(options, prepareContext())]).toEqual([[], [], []]);
  expect(serial.endpoint(options)?.host).toBe('/dev/ttyS0');
  const run = { signal: AbortSignal.timeout(1000), say: () => 0, warn: () => 0, debug: () => 0 };
  expect(await serial.connect(options, {}, run)).toBe(noneCommunicator);
});
