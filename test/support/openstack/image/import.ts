import type { Call, Outcome, Reply, Route } from '../call.ts';
import { uuid } from '../ids.ts';
import { badRequest, conflict } from '../problem.ts';
import { inBackground, microseconds, type World } from '../world.ts';
import { findImage, ownImage } from './find.ts';
import { fillImage, type Image } from './image.ts';

export interface ImportTask {
  readonly id: string;
  readonly imageId: string;
  readonly owner: string;
  readonly userId: string;
  readonly request: unknown;
  readonly createdAt: string;
  updatedAt: string;
  status: string;
  message: string;
}

interface Asked {
  readonly method?: { readonly name?: string; readonly uri?: string };
}

export function importMethods({ options }: World): readonly string[] {
  return options.importMethods ?? ['glance-direct', 'web-download'];
}

function checkAsked({ world, body }: Call): Required<Asked>['method'] {
  const { method } = (body ?? {}) as Asked;
  if (method === undefined) throw badRequest("Import request requires a 'method' field.");
  if (method.name === undefined) throw badRequest("Import request requires a 'name' field.");
  if (!importMethods(world).includes(method.name)) throw badRequest(`Unknown import method name '${method.name}'.`);
  const good = method.name !== 'web-download' || /^https?:\/\/./.test(method.uri ?? '');
  if (!good) throw badRequest(`URI for web-download does not pass filtering: ${method.uri ?? 'None'}`);
  return method;
}

/** What an import fetches; a server of this machine is asked for real. */
async function bytesOf(image: Image, uri: string | undefined): Promise<Buffer> {
  if (uri === undefined) return image.staged ?? Buffer.alloc(0);
  const answer = await fetch(uri);
  if (!answer.ok) throw new Error(`HTTP Error ${answer.status}: ${answer.statusText}`);
  return Buffer.from(await answer.arrayBuffer());
}

function finish(world: World, task: ImportTask, status: string, message: string): void {
  Object.assign(task, { status, message, updatedAt: microseconds(world) });
}

function fail(world: World, image: Image, task: ImportTask, message: string): void {
  // Glance takes the image back to where an import may be tried again.
  Object.assign(image, { status: 'queued', staged: undefined, size: null });
  Object.assign(image.properties, { os_glance_importing_to_stores: '', os_glance_failed_import: 'disk' });
  finish(world, task, 'failure', message);
}

async function carryOut(world: World, image: Image, task: ImportTask, uri: string | undefined): Promise<void> {
  try {
    fillImage(world, image, await bytesOf(image, uri));
    Object.assign(image.properties, { os_glance_importing_to_stores: '', os_glance_failed_import: '' });
    finish(world, task, 'success', 'Copied 0 MiB');
  } catch (error) {
    fail(world, image, task, `Task failed due to Internal Error: ${error instanceof Error ? error.message : ''}`);
  }
}

function run(world: World, image: Image, task: ImportTask, uri: string | undefined, outcome: Outcome): void {
  image.status = 'importing';
  if (outcome.stuck) return;
  world.clock.after(world.durations.import, () => {
    if (outcome.fails !== undefined) fail(world, image, task, outcome.fails.message);
    else inBackground(world, carryOut(world, image, task, uri));
  });
}

function importImage(call: Call): Reply {
  const { world, region, caller } = call;
  const method = checkAsked(call);
  const image = ownImage(call);
  const wanted = method.name === 'web-download' ? 'queued' : 'uploading';
  if (image.status !== wanted) {
    throw conflict(`Image needs to be in '${wanted}' state to use '${method.name}' method`);
  }
  const missing = ['disk_format', 'container_format'].filter((name) => image.base[name as 'disk_format'] === null);
  if (missing.length > 0) throw badRequest(`'${missing[0]}' needs to be set before import`);
  const now = microseconds(world);
  const owner = caller.project?.id ?? '';
  const task: ImportTask = {
    id: uuid(world.newId()),
    imageId: image.id,
    owner,
    userId: caller.user.id,
    request: call.body,
    createdAt: now,
    updatedAt: now,
    status: 'processing',
    message: '',
  };
  region.tasks.push(task);
  run(world, image, task, method.uri, call.outcome);
  return { status: 202 };
}

function taskView({ id, imageId, owner, userId, request, createdAt, updatedAt, status, message }: ImportTask): object {
  return {
    id,
    type: 'api_image_import',
    status,
    owner,
    expires_at: null,
    created_at: createdAt,
    updated_at: updatedAt,
    deleted_at: null,
    deleted: false,
    image_id: imageId,
    request_id: `req-${id}`,
    user_id: userId,
    input: { image_id: imageId, import_req: request, backend: ['disk'] },
    result: status === 'success' ? { image_id: imageId } : null,
    message,
  };
}

export const importRoutes: readonly Route[] = [
  { name: 'importImage', method: 'POST', path: '/images/:id/import', act: importImage },
  {
    name: 'listImageTasks',
    method: 'GET',
    path: '/images/:id/tasks',
    act: (call) => {
      const { id } = findImage(call);
      return { body: { tasks: call.region.tasks.filter(({ imageId }) => imageId === id).map(taskView) } };
    },
  },
  {
    name: 'showImportInfo',
    method: 'GET',
    path: '/info/import',
    act: ({ world }) => ({
      body: {
        'import-methods': { description: 'Import methods available.', type: 'array', value: importMethods(world) },
      },
    }),
  },
  {
    name: 'showStores',
    method: 'GET',
    path: '/info/stores',
    act: () => ({ body: { stores: [{ id: 'disk', default: 'true' }] } }),
  },
];
