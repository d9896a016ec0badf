import { uuid } from '../ids.ts';
import { timestamp, type World } from '../world.ts';

interface StandardMembers {
  readonly id: string;
  readonly tenant_id: string;
  readonly project_id: string;
  readonly tags: string[];
  readonly created_at: string;
  readonly updated_at: string;
  readonly revision_number: number;
}

/** What everything of Neutron's has. */
export function standard(world: World, project: string): StandardMembers {
  const now = timestamp(world);
  return {
    id: uuid(world.newId()),
    tenant_id: project,
    project_id: project,
    tags: [],
    created_at: now,
    updated_at: now,
    revision_number: 1,
  };
}
