import type { Instance } from '../../../builders/_googlecompute/api/driver.ts';
import { waitForOperation } from '../../../builders/_googlecompute/api/operation.ts';
import { locatorOf } from '../../../builders/_googlecompute/google-build.ts';
import { pathIn, regionOf } from '../../../builders/_googlecompute/paths.ts';
import { ownTags, type Tags } from '../../../plugins/sdk/cloud.ts';
import type { Acquired } from '../../../plugins/sdk/index.ts';
import type { ExportWork } from '../export-work.ts';

/** What the guest calls the disk that is exported. */
const DEVICE = 'kiln-export';
export const DEVICE_PATH: string = `/dev/disk/by-id/google-${DEVICE}`;

/** A machine of Compute Engine that exports the image. */
export interface Worker {
  readonly name: string;
  readonly acquired: Acquired<string, undefined>;
}

function disksOf({ config, zone, image }: ExportWork): NonNullable<Instance['disks']> {
  const diskType = `zones/${zone}/diskTypes/${config.disk_type}`;
  const family = 'global/images/family';
  return [
    {
      boot: true,
      autoDelete: true,
      initializeParams: {
        sourceImage: pathIn(config.source_image_project_id, family, config.source_image_family),
        diskSizeGb: String(config.disk_size),
        diskType,
      },
    },
    {
      autoDelete: true,
      deviceName: DEVICE,
      initializeParams: { sourceImage: pathIn(image.project, 'global/images', image.name), diskType },
    },
  ];
}

function requestOf(name: string, script: string, own: Tags, work: ExportWork): Instance {
  const { config, zone, image } = work;
  const { network, subnetwork, service_account_email: email = 'default' } = config;
  const named = network ?? (subnetwork === undefined ? 'default' : undefined);
  const region = `regions/${regionOf({ zone })}/subnetworks`;
  return {
    name,
    description: `Made by Kiln to export the image ${image.name}`,
    machineType: `zones/${zone}/machineTypes/${config.machine_type}`,
    labels: own,
    disks: disksOf(work),
    networkInterfaces: [
      {
        ...(named === undefined ? {} : { network: pathIn(image.project, 'global/networks', named) }),
        ...(subnetwork === undefined ? {} : { subnetwork: pathIn(image.project, region, subnetwork) }),
        ...(config.omit_external_ip ? {} : { accessConfigs: [{ name: 'External NAT', type: 'ONE_TO_ONE_NAT' }] }),
      },
    ],
    serviceAccounts: [{ email, scopes: [...config.scopes] }],
    metadata: { items: [{ key: 'startup-script', value: script }] },
  };
}

/** Starts the worker; it and its disks are deleted with the scope. Throws `StepError` GOOGLE_…. */
export async function startWorker(script: string, work: ExportWork): Promise<Worker> {
  const { run, cloud, kinds, zone, image, config } = work;
  const { project } = image;
  const name = `kiln-export-${crypto.randomUUID()}`;
  const limit = { milliseconds: config.export_timeout, option: 'export_timeout' };
  let waiting: (() => Promise<void>) | undefined;
  const acquired = await run.acquire(kinds.instance, {
    describe: `instance ${name}`,
    locator: locatorOf(cloud, { project, place: `zones/${zone}`, name }),
    create: (token) =>
      kinds.instance.createUnlessRefused(token, async () => {
        const requestBody = requestOf(name, script, ownTags(run, token), work);
        const operation = await cloud.begin((compute, requestId, call) =>
          compute.instances.insert({ project, zone, requestId, requestBody }, call),
        );
        waiting = () => waitForOperation(operation, { what: `starting the worker ${name}`, limit }, work);
        return { id: name, handle: undefined };
      }),
  });
  run.say(`the worker ${name} exports the image ${image.name}`);
  await waiting?.();
  return { name, acquired };
}
