import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gcePlace, type GcePlace } from '../../../support/gce/gce-place.ts';
import { lacks } from '../../../support/kiln/needs.ts';

/** A build whose instance runs a script for real. */
async function bakeWith(place: GcePlace, script: string, more: object = {}): ReturnType<GcePlace['bake']> {
  const path = join(place.directory, 'startup.sh');
  await writeFile(path, script);
  return place.bake({ startup_script_file: path, ...more });
}

function metadataOf(place: GcePlace): Readonly<Record<string, string>> {
  const [body] = place.inputs('instances.insert') as { metadata: { items: { key: string; value: string }[] } }[];
  return Object.fromEntries((body?.metadata.items ?? []).map(({ key, value }) => [key, value]));
}

describe.skipIf(lacks(['curl']))('a startup script', () => {
  it('is run by its interpreter, and waited for', async () => {
    await using place = await gcePlace({ startupScripts: true });
    const done = join(place.directory, 'done');
    const { report } = await bakeWith(
      place,
      `#!/usr/bin/env python3\nimport time\ntime.sleep(0.5)\nopen('${done}', 'w')\n`,
    );
    expect(report.failure).toBeUndefined();
    expect(metadataOf(place)).toMatchObject({ 'enable-guest-attributes': 'TRUE' });
    expect(existsSync(done)).toBe(true);
    expect(place.left()).toEqual(['image web']);
  });

  it('that fails ends the build, with what it wrote to the console', async () => {
    await using place = await gcePlace({ startupScripts: true });
    const { report } = await bakeWith(place, 'echo no such package\nexit 3\n');
    expect(report.failure).toMatchObject({ code: 'GOOGLE_STARTUP_SCRIPT', pointer: '/builders/0/startup_script_file' });
    expect(report.failure?.message).toContain('ended with status 3');
    expect(report.failure?.message).toContain('no such package');
    expect(place.left()).toEqual([]);
  });

  it('that never ends is waited for no longer than the template says', async () => {
    await using place = await gcePlace({ startupScripts: true });
    const { report } = await bakeWith(place, 'echo waiting for a license\nsleep 600\n', {
      startup_script_timeout: '2s',
    });
    expect(report.failure).toMatchObject({ code: 'GOOGLE_STARTUP_SCRIPT' });
    expect(report.failure?.hint).toContain('startup_script_timeout');
    expect(report.failure?.message).toContain('waiting for a license');
    expect(place.left()).toEqual([]);
  });

  it('tells of its end by the console where guest attributes are forbidden', async () => {
    await using place = await gcePlace({ startupScripts: true });
    place.gce.plan({
      call: 'instances.getGuestAttributes',
      times: 100,
      error: { status: 403, code: 'forbidden', message: 'Guest attributes endpoint access is disabled.' },
    });
    const { report } = await bakeWith(place, 'exit 4\n');
    expect(report.failure?.message).toContain('ended with status 4');
  });

  it('that is not wrapped is run as it is, and not waited for', async () => {
    await using place = await gcePlace({ startupScripts: true });
    const { report } = await bakeWith(place, '#!/bin/sh\nsleep 600\n', { wrap_startup_script: false });
    expect(report.failure).toBeUndefined();
    expect(metadataOf(place)).toEqual({ 'startup-script': '#!/bin/sh\nsleep 600\n' });
  });

  it('of the metadata is watched, too, and files of metadata are read', async () => {
    await using place = await gcePlace({ startupScripts: true });
    const file = join(place.directory, 'user-data');
    await writeFile(file, '#cloud-config\n');
    const { report } = await place.bake({
      metadata: { 'startup-script': 'exit 5' },
      metadata_files: { 'user-data': file },
    });
    expect(report.failure).toMatchObject({ pointer: '/builders/0/metadata' });
    expect(metadataOf(place)['user-data']).toBe('#cloud-config\n');
  });
});
