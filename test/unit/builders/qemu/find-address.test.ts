import { expect, it } from 'vitest';
import { addressInTable } from '../../../../builders/qemu/steps/find-address.ts';

const table = `IP address       HW type     Flags       HW address            Mask     Device
192.0.2.9        0x1         0x0         52:54:00:12:34:56     *        br0
192.0.2.7        0x1         0x2         52:54:00:12:34:56     *        br1
192.0.2.8        0x1         0x2         52:54:00:AB:34:56     *        br0
192.0.2.5        0x1         0x6         52:54:00:12:34:56     *        br0
`;

it('is the address of a complete entry of the machine on that bridge', () => {
  expect(addressInTable(table, ['52:54:00:12:34:56'], 'br0')).toBe('192.0.2.5');
  expect(addressInTable(table, ['52:54:00:12:34:56'], 'br1')).toBe('192.0.2.7');
  expect(addressInTable(table, ['52:54:00:ab:34:56'], 'br0')).toBe('192.0.2.8');
  expect(addressInTable(table, ['52:54:00:12:34:56'], 'br2')).toBeUndefined();
  expect(addressInTable(table, [], 'br0')).toBeUndefined();
});
