import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Instance } from '../resources.ts';
import { inBackground, type World } from '../world.ts';
import { metadataValue } from './metadata.ts';

function sayTo(instance: Instance, text: string): void {
  for (const line of text.split('\n')) {
    if (line.trim() !== '') instance.serial += `google_metadata_script_runner[512]: startup-script: ${line}\n`;
  }
}

/** Runs the script as Google's agent does; requests to the metadata server come here, by way of a proxy. */
async function run(world: World, instance: Instance, script: string, signal: AbortSignal): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'kiln-gce-startup-'));
  const file = join(directory, 'startup-script');
  await writeFile(file, script, { mode: 0o700 });
  // An instance may be stopped before its script has begun.
  if (signal.aborted) {
    await rm(directory, { recursive: true, force: true });
    return;
  }
  const proxy = world.endpoint.replace('http://', `http://${encodeURIComponent(instance.path)}:x@`);
  const env = { PATH: process.env['PATH'], http_proxy: proxy, TMPDIR: directory };
  const child = spawn(file, [], { env, cwd: directory, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  signal.addEventListener('abort', end);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => sayTo(instance, text));
  }
  child.on('error', (error) => sayTo(instance, error.message));
  await once(child, 'close').catch(() => undefined);
  if (child.exitCode !== 0) sayTo(instance, `exit status ${String(child.exitCode)}`);
  await rm(directory, { recursive: true, force: true });
}

/** Starts the instance's startup script, when it has one; the result ends it. */
export function startScript(world: World, instance: Instance): () => void {
  const script = metadataValue(instance.view, 'startup-script');
  if (script === '' || world.options.startupScripts !== true) return () => undefined;
  const over = new AbortController();
  inBackground(world, run(world, instance, script, over.signal));
  return () => over.abort();
}
