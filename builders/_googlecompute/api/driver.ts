import { compute_v1 } from '@googleapis/compute/build/v1.js';
import { gaxios } from 'google-auth-library';

/** The calls of Compute Engine. Only the side bundle has the class; others name its types. */
export type Compute = compute_v1.Compute;

type Sent = gaxios.GaxiosOptions;

/** How the library sends a request: with the headers that let in, or anew when they do not any more. */
export type Send = (request: Sent) => Promise<unknown>;

/** Compute Engine at an address, which ends with a slash; `send` is given `plain`, which sends a request as it is. */
export function makeCompute(rootUrl: string, timeout: number, send: (plain: Send) => Send): Compute {
  const library = new gaxios.Gaxios();
  const login = { request: send((request) => library.request(request)) };
  // The library takes anything that sends requests for one of its own clients.
  return new compute_v1.Compute({ rootUrl, timeout, retry: false, auth: login as never });
}

export type AttachedDisk = compute_v1.Schema$AttachedDisk;
export type Disk = compute_v1.Schema$Disk;
export type EncryptionKey = compute_v1.Schema$CustomerEncryptionKey;
export type Image = compute_v1.Schema$Image;
export type Instance = compute_v1.Schema$Instance;
export type NetworkInterface = compute_v1.Schema$NetworkInterface;
export type Operation = compute_v1.Schema$Operation;
export type Scheduling = compute_v1.Schema$Scheduling;
