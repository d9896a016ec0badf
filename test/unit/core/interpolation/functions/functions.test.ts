import { describe, expect, test } from 'vitest';
import { render, templateFunctions, type FunctionContext } from '../../../../../core/interpolation/index.ts';
import { builtin } from '../../../../../plugins/builtin.ts';
import { inBuild, inVariables } from '../context.ts';

function rendered(text: string, context: FunctionContext = inBuild): string {
  return render(text, { functions: templateFunctions(context) });
}

describe('functions', () => {
  test.each([
    ['{{ timestamp }} {{ isotime }}', '1772636767 2026-03-04T15:06:07Z'],
    ['{{ isotime "05.000" }} {{ isotime "05,00" }} {{ isotime "05.999999" }}', '07.089 07,08 07.089'],
    ['{{ isotime "Monday Jan _2 3:04:05PM 2006 002 MST -0700" }}', 'Wednesday Mar  4 3:06:07PM 2026 063 UTC +0000'],
    ['{{ strftime "%Y%m%d %H%M%S.%L %j" }}', '20260304 150607..089 %j'],
    ['{{ build_name }} {{ build_type }} {{ packer_version }}', 'web-1 qemu 1.6.6'],
    ['{{ template_dir }} {{ pwd }}', '/templates /work'],
    ['{{ user `name` }}{{ user `empty` }}{{ user `nope` }}{{ user `toString` }}', 'web'],
  ])('%j gives %j', (text, output) => {
    expect(rendered(text)).toBe(output);
  });

  test('a uuid starts with the time and is another one each time', () => {
    const [first = '', second = ''] = rendered('{{ uuid }} {{ uuid }}').split(' ');
    expect(first).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(second).not.toBe(first);
    expect(Math.abs(Number.parseInt(first.slice(0, 8), 16) - Date.now() / 1000)).toBeLessThan(60);
  });

  test('variables may read the environment, where what is not set is empty', () => {
    expect(rendered('{{ env `HERE` }}|{{ env `NOT_HERE` }}|', inVariables)).toBe('there||');
  });

  test('without a build, a template file or data of the build, the functions about them are refused', () => {
    expect(() => rendered('{{ build_name }}', inVariables)).toThrow(/inside of a build/);
    expect(() => rendered('{{ build_type }}', inVariables)).toThrow(/inside of a build/);
  });

  test('the function build tells what the build knows and refuses what it does not', () => {
    const context = { ...inBuild, build: { names: ['ID'], tell: (name: string) => ({ ID: 'i-1' })[name] } };
    expect(rendered('{{ build `ID` }}', context)).toBe('i-1');
    expect(() => rendered('{{ build `Nope` }}', context)).toThrow(/the build has no "Nope"/);
  });

  test('nothing is looked up where there is no place for answers', () => {
    expect(() => rendered('{{ consul_key `a` }}', inVariables)).toThrow(/nothing is looked up/);
  });

  test.each([
    ['amazon-ebs', "a b/c.d-e'f@g_h(i)[j]:k+lé", "a b/c.d-e'f@g_h(i)[j]-k-l--"],
    ['amazon-import', 'a:b', 'a-b'],
    ['googlecompute', 'Web_1.0:é', 'web-1-0---'],
    ['googlecompute', 'web-1', 'web-1'],
    ['azure-arm', 'a b.c_d-.', 'a-b.c_d'],
  ])('clean_resource_name of %s makes %j into %j', (componentType, name, clean) => {
    const variables = { name };
    expect(
      rendered('{{ user `name` | clean_resource_name }}', {
        ...inBuild,
        cleanResourceName: builtin.resourceNames(componentType),
        variables,
      }),
    ).toBe(clean);
  });

  test.each(['qemu', 'openstack', 'null'])('%s has no clean_resource_name', (componentType) => {
    const text = '{{ clean_resource_name `a` }}';
    expect(() => rendered(text, { ...inBuild, cleanResourceName: builtin.resourceNames(componentType) })).toThrow(
      /no function/,
    );
  });
});
