import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listAll, openstack, type CloudChoice } from './command-line.ts';
import type { OpenstackLab } from './lab.ts';

/** A project of the lab that has nothing but what the test makes in it, and a user of it alone. */
export interface LabProject extends AsyncDisposable, CloudChoice {
  readonly id: string;
  /** OpenStack's variables of its user, which any client reads. */
  readonly environment: Readonly<Record<string, string>>;
  /** "kind name" of each thing in the project, sorted; what every project has is not among them. */
  left(): Promise<readonly string[]>;
}

/** How the command line lists what a bake makes, what of a row people know it by, and how it is deleted by which. */
const KINDS = [
  { kind: 'server', list: 'server list', name: 'Name', remove: 'server delete --wait', by: 'ID' },
  { kind: 'port', list: 'port list', name: 'ID', remove: 'port delete', by: 'ID' },
  { kind: 'key pair', list: 'keypair list', name: 'Name', remove: 'keypair delete', by: 'Name' },
  { kind: 'security group', list: 'security group list', name: 'Name', remove: 'security group delete', by: 'ID' },
  { kind: 'image', list: 'image list --private', name: 'Name', remove: 'image delete', by: 'ID' },
  { kind: 'image', list: 'image list --shared', name: 'Name', remove: 'image delete', by: 'ID' },
] as const;

interface Thing {
  readonly name: string;
  /** The command that deletes it. */
  readonly remove: string;
}

async function thingsIn(choice: CloudChoice): Promise<readonly Thing[]> {
  const lists = await listAll(
    choice,
    KINDS.map(({ list }) => list),
  );
  return KINDS.flatMap(({ kind, name, remove, by }, index) =>
    (lists[index] ?? []).map((row) => ({
      name: `${kind} ${String(row[name])}`,
      remove: `${remove} ${String(row[by])}`,
    })),
  ).filter(({ name }) => name !== 'security group default');
}

/** What `clouds.yaml` says of a login, as variables. */
function variablesOf({ region_name: region, auth }: Cloud): Readonly<Record<string, string>> {
  const variables: Record<string, string> = { OS_REGION_NAME: region, OS_IDENTITY_API_VERSION: '3' };
  for (const [name, value] of Object.entries(auth)) variables[`OS_${name.toUpperCase()}`] = value;
  return variables;
}

interface Cloud {
  readonly region_name: string;
  readonly auth: Readonly<Record<string, string>>;
}

/** Made by the lab's administrator; goes with all that is in it. */
export async function labProject(lab: OpenstackLab): Promise<LabProject> {
  const admin = { cloudsFile: lab.cloudsFile, cloud: 'lab-admin' };
  const name = `kiln-${randomBytes(4).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  const [made] = await openstack(admin, [
    `project create -f json ${name}`,
    `user create -f json --project ${name} --password ${password} ${name}`,
    `role add --project ${name} --user ${name} member`,
  ]);
  const directory = mkdtempSync(join(tmpdir(), 'kiln-lab-'));
  const cloudsFile = join(directory, 'clouds.yaml');
  const { clouds } = JSON.parse(readFileSync(lab.cloudsFile, 'utf8')) as { readonly clouds: Record<'lab', Cloud> };
  const auth = { ...clouds.lab.auth, username: name, password, project_name: name };
  const own = { ...clouds.lab, auth };
  writeFileSync(cloudsFile, JSON.stringify({ clouds: { own } }), { mode: 0o600 });
  const choice = { cloudsFile, cloud: 'own' };
  // As in any project, nothing gets in until somebody says so.
  await openstack(choice, ['security group rule create --protocol tcp --dst-port 22 default']);
  return {
    ...choice,
    environment: variablesOf(own),
    id: made !== undefined && 'id' in made ? String(made['id']) : '',
    left: async () => (await thingsIn(choice)).map(({ name: thing }) => thing).sort(),
    [Symbol.asyncDispose]: async () => {
      await openstack(
        choice,
        (await thingsIn(choice)).map(({ remove }) => remove),
      );
      await openstack(admin, [`user delete ${name}`, `project delete ${name}`]);
      rmSync(directory, { recursive: true });
    },
  };
}
