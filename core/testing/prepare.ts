import type { Artifact } from '../contract/artifact.ts';
import type { BuildData, BuildRun } from '../contract/build-run.ts';
import type { Communicator } from '../contract/communicator.ts';
import type { ComponentEntry } from '../contract/component.ts';
import type { ComponentRegistry } from '../contract/component-registry.ts';
import type { LocatedDiagnostic } from '../diagnostics/diagnostic.ts';
import { noneCommunicator } from '../communicators/none.ts';
import { defineBuilder } from '../define/components.ts';
import { statPathOnce, readStart } from '../plan/stat-path.ts';
import { makePlan, type MadePlan } from '../plan/make-plan.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { templateSource } from '../template/read-template.ts';
import { schemaOf, type TestedComponent } from './tested-component.ts';

/** What the builder `test` has for the components after it. */
export interface TestBuild {
  /** The guest that it hands to provisioners; default: none, as with `"communicator": "none"`. */
  readonly guest?: Communicator;
  /** What it says of that, as for the template function `build`. */
  readonly data?: BuildData;
  /** What it makes. */
  readonly artifact?: Artifact;
}

const ARTIFACT: Artifact = { builderId: 'kiln.test', id: 'test', description: 'a test', files: [], properties: {} };

function testBuilder({
  guest = noneCommunicator,
  data = {},
  artifact = ARTIFACT,
}: TestBuild): ComponentRegistry['builders'] {
  const builder = defineBuilder({
    factNames: Object.keys(data),
    run: async (_: object, build: BuildRun) => {
      await build.provision(guest, data);
      return artifact;
    },
  });
  const schema = { type: 'object', properties: {}, additionalProperties: false };
  return { test: { schema: () => Promise.resolve(schema), load: () => Promise.resolve(builder) } };
}

type Entries<Component> = Readonly<Record<string, ComponentEntry<Component>>>;

function sourceOf(tested: TestedComponent, test: TestBuild): ComponentRegistry {
  const { type, component } = tested;
  const entry = <Component>(module: Component): Entries<Component> => ({
    [type]: { schema: () => schemaOf(tested), load: () => Promise.resolve(module) },
  });
  return {
    builders: { ...testBuilder(test), ...(component.kind === 'builder' ? entry(component) : {}) },
    provisioners: component.kind === 'provisioner' ? entry(component) : {},
    postProcessors: component.kind === 'post-processor' ? entry(component) : {},
    dataSources: component.kind === 'data-source' ? entry(component) : {},
    communicators: {},
    lookups: {},
    verifiers: {},
    resourceNames: () => undefined,
  };
}

/** Plans a template in which the component under test and the builder `test` may be used. */
export async function planTested(tested: TestedComponent, template: string, test: TestBuild = {}): Promise<MadePlan> {
  return makePlan(parseTemplate(templateSource('test.json', template)), {
    components: sourceOf(tested, test),
    given: [],
    givenDiagnostics: [],
    only: [],
    except: [],
    force: false,
    startedAt: new Date(),
    packerVersion: '1.16.0',
    workingDirectory: process.cwd(),
    environment: (name) => process.env[name],
    statPath: statPathOnce(),
    readStart,
    fetchData: false,
    signal: undefined,
  });
}

/**
 * What `kiln validate` would say of a template (its text) in which the component is used: complaints of the schema, of
 * `prepare` and of the engine, in the order of the source. There is one builder besides the component, `test`, which has
 * no options. Throws `TemplateError` when the text is no JSON.
 */
export async function prepare(tested: TestedComponent, template: string): Promise<readonly LocatedDiagnostic[]> {
  return (await planTested(tested, template)).diagnostics;
}
