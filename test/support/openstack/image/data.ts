import type { Call, Reply, Route } from '../call.ts';
import { ApiProblem, conflict, forbidden } from '../problem.ts';
import { timestamp } from '../world.ts';
import { findImage, ownImage } from './find.ts';
import { fillImage, type Image } from './image.ts';

function checkType({ headers }: Call): void {
  const type = String(headers['content-type']);
  if (type !== 'application/octet-stream') {
    throw new ApiProblem(415, `The request media type ${type} is not supported by this server.`);
  }
}

function requireFormats({ base }: Image): void {
  const missing = ['disk_format', 'container_format'].filter((name) => base[name as 'disk_format'] === null);
  if (missing.length === 0) return;
  throw new ApiProblem(400, `Properties ${missing.join(', ')} must be set prior to saving data.`);
}

function upload(call: Call): Reply {
  checkType(call);
  const { world, outcome, data } = call;
  const image = ownImage(call);
  if (image.status !== 'queued') {
    throw conflict(`Image status transition from ${image.status} to saving is not allowed`);
  }
  requireFormats(image);
  if (outcome.fails !== undefined) {
    image.status = outcome.fails.code === 'killed' ? 'killed' : 'queued';
    throw new ApiProblem(outcome.fails.code === 'full' ? 413 : 500, outcome.fails.message);
  }
  if (outcome.stuck) image.status = 'saving';
  else fillImage(world, image, data);
  return { status: 204 };
}

function stage(call: Call): Reply {
  checkType(call);
  const image = ownImage(call);
  if (image.status !== 'queued') {
    throw conflict(`Image status transition from ${image.status} to uploading is not allowed`);
  }
  Object.assign(image, {
    staged: call.data,
    size: call.data.length,
    status: 'uploading',
    updated_at: timestamp(call.world),
  });
  return { status: 204 };
}

function download(call: Call): Reply {
  const { data, status, checksum } = findImage(call);
  if (status === 'deactivated')
    throw forbidden('The requested image has been deactivated. Image data download is forbidden.');
  if (data === undefined || status !== 'active') return { status: 204, type: '' };
  const headers = { 'Content-Md5': checksum ?? '' };
  const range = /^bytes=(\d+)-(\d*)$/.exec(call.headers.range ?? '');
  if (range === null) return { data, headers };
  const first = Number(range[1]);
  const last = Math.min(range[2] === '' ? Infinity : Number(range[2]), data.length - 1);
  if (first > last) throw new ApiProblem(416, 'The Range requested is not available.');
  const part = data.subarray(first, last + 1);
  return { status: 206, data: part, headers: { ...headers, 'Content-Range': `bytes ${first}-${last}/${data.length}` } };
}

export const dataRoutes: readonly Route[] = [
  { name: 'uploadImage', method: 'PUT', path: '/images/:id/file', bytes: true, act: upload },
  { name: 'stageImage', method: 'PUT', path: '/images/:id/stage', bytes: true, act: stage },
  { name: 'downloadImage', method: 'GET', path: '/images/:id/file', act: download },
];
