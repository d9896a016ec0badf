import { expect, it } from 'vitest';
import {
  defineBuilder,
  definePostProcessor,
  defineProvisioner,
  type PrepareContext,
  type ProvisionRun,
} from '../../../../plugins/sdk/index.ts';
import { artifactForTest } from '../../../support/plan-for-test.ts';

interface Config {
  readonly message: string;
}

const provision = (_config: Config, _run: ProvisionRun): Promise<void> => Promise.resolve();
const config = { message: 'hello' };

it('a component that says nothing but what it does has nothing to check, to call or to make', () => {
  const provisioner = defineProvisioner({ provision });
  const builder = defineBuilder({ run: (_: Config) => Promise.resolve(artifactForTest('1')) });
  const result = { artifact: undefined, input: 'keep' as const };
  const postProcessor = definePostProcessor({ postProcess: (_, __: Config) => Promise.resolve(result) });
  const kinds = [provisioner, builder, postProcessor].map((component) => {
    expect(component.prepare(config, {} as PrepareContext)).toEqual([]);
    expect(component.needs(config)).toEqual([]);
    expect([component.programs, component.resources]).toEqual([[], []]);
    return component.kind;
  });
  expect(kinds).toEqual(['provisioner', 'builder', 'post-processor']);
  expect(provisioner.inputFiles(config)).toEqual([]);
});

it('what a component says of itself stands', () => {
  const programs = [{ program: 'true', package: 'coreutils', purpose: 'do nothing' }];
  const provisioner = defineProvisioner({
    provision,
    programs,
    needsNoGuest: true,
    needs: ({ message }) => (message === '' ? [] : programs),
    inputFiles: ({ message }) => [message],
  });
  expect(provisioner.needs(config)).toEqual(programs);
  expect(provisioner.inputFiles(config)).toEqual(['hello']);
  expect(provisioner.needsNoGuest).toBe(true);
});

it('the type of the configuration is that of the function which does the work', () => {
  const wide = defineProvisioner({ provision, inputFiles: (each: { message?: string }) => [each.message ?? ''] });
  expect(wide.inputFiles(config)).toEqual(['hello']);
  // @ts-expect-error the provisioner's configuration has no such option
  const wrong = defineProvisioner({ provision, inputFiles: (each: { text: string }) => [each.text] });
  expect(wrong.kind).toBe('provisioner');
});
