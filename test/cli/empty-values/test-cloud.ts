/** A test OpenStack in a worker thread, which tells how to get in. */
import { parentPort } from 'node:worker_threads';
import { startTestOpenStack } from '../../support/openstack/index.ts';

const { authUrl, environment } = await startTestOpenStack();
parentPort?.postMessage({ endpoint: authUrl, password: environment['OS_PASSWORD'] });
