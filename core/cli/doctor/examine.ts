import { cpus, freemem, totalmem } from 'node:os';
import type { ComponentEntry, ComponentKind, ExamineContext, Requirement } from '../../contract/component.ts';
import type { ComponentRegistry } from '../../contract/component-registry.ts';
import { kilnVersion } from '../kiln-version.ts';
import { pluginFailure } from '../../plan/plugin-failure.ts';
import { findRequirement } from '../set-up/find-requirement.ts';

export interface ProgramReport extends Omit<Requirement, 'optional'> {
  readonly optional: boolean;
  /** Where it is; undefined when it is missing. */
  readonly path: string | undefined;
}

export interface ComponentReport {
  readonly kind: ComponentKind;
  readonly type: string;
  readonly programs: readonly ProgramReport[];
  readonly notes: readonly string[];
  /** Why the plugin that it comes with cannot be loaded, and what to do. */
  readonly failure?: string;
}

export interface DoctorReport {
  /** Lines about the machine itself. */
  readonly machine: readonly string[];
  readonly components: readonly ComponentReport[];
}

interface Examinable {
  readonly programs: readonly Requirement[];
  examine?(context: ExamineContext): Promise<readonly string[]>;
}

async function examineAll(
  kind: ComponentKind,
  entries: Readonly<Record<string, ComponentEntry<Examinable>>>,
  context: ExamineContext,
): Promise<readonly ComponentReport[]> {
  return Promise.all(
    Object.entries(entries).map(async ([type, entry]): Promise<ComponentReport> => {
      let component: Examinable;
      try {
        component = await entry.load();
      } catch (error) {
        if (entry.plugin === undefined) throw error;
        const { message, hint } = pluginFailure(entry.plugin, error);
        return { kind, type, programs: [], notes: [], failure: `${message}; ${hint}` };
      }
      const programs = component.programs.map((requirement) => ({
        ...requirement,
        optional: requirement.optional ?? false,
        path: findRequirement(requirement),
      }));
      return { kind, type, programs, notes: (await component.examine?.(context)) ?? [] };
    }),
  );
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}

/** What this machine has and lacks for each of the components. */
export async function examine(source: ComponentRegistry, context: ExamineContext): Promise<DoctorReport> {
  const machine = [
    `Kiln ${kilnVersion} on Node.js ${process.versions.node}, ${process.platform} ${process.arch}`,
    `${cpus().length} CPUs, ${mebibytes(totalmem())} memory, ${mebibytes(freemem())} of it free`,
  ];
  const components = [
    ...(await examineAll('builder', source.builders, context)),
    ...(await examineAll('provisioner', source.provisioners, context)),
    ...(await examineAll('post-processor', source.postProcessors, context)),
    ...(await examineAll('data-source', source.dataSources, context)),
  ];
  return { machine, components };
}
