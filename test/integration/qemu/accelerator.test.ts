import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findQemu } from '../../../builders/qemu/driver.ts';
import { chooseAccelerator } from '../../../builders/qemu/steps/choose-accelerator.ts';
import { qemuConfig } from '../../support/qemu-config.ts';
import { newHome, reasonToSkip } from './bake.ts';
import { smallBuild } from './small-build-run.ts';

function kvmOpens(): boolean {
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

interface Choice {
  readonly accelerator: string | undefined;
  readonly lines: readonly string[];
  /** How often a guest CPU was tried out. */
  readonly probes: number;
}

async function choose(accelerator: string, home: string, qemu = 'qemu-system-x86_64'): Promise<Choice> {
  const small = await smallBuild({ home });
  const driver = await findQemu(qemu, small.build);
  let probes = 0;
  const counting: typeof driver = {
    ...driver,
    tryOut: (...parameters) => {
      probes += 1;
      return driver.tryOut(...parameters);
    },
  };
  const chosen = await chooseAccelerator(qemuConfig({ accelerator }), counting, small.build);
  await small.end();
  return { accelerator: chosen, lines: small.lines, probes };
}

/** A program by QEMU's name that does what the shell script says. */
function pretender(home: string, script: string): string {
  mkdirSync(join(home, 'bin'));
  const path = join(home, 'bin/qemu-system-x86_64');
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

describe.skipIf(reasonToSkip() !== undefined)('the accelerator', () => {
  it('is what the template says, without a look at the machine', async () => {
    expect(await choose('tcg', newHome())).toEqual({ accelerator: 'tcg', lines: [], probes: 0 });
    expect(await choose('none', newHome())).toMatchObject({ accelerator: undefined, probes: 0 });
  });

  it('is KVM or, in one line, software; the verdict is kept', async () => {
    const home = newHome();
    const first = await choose('auto', home);
    const second = await choose('auto', home);
    expect(second).toEqual({ ...first, probes: 0 });
    expect(first.probes).toBeLessThanOrEqual(1);
    if (first.accelerator === 'kvm') expect(first.lines).toEqual([]);
    else
      expect(first.lines).toEqual([
        expect.stringMatching(/^KVM does not work here \(.+\); the guest runs in software/),
      ]);
  });

  it.skipIf(!kvmOpens())('is software when a guest CPU hangs, after a few seconds', async () => {
    const home = newHome();
    const { accelerator, lines } = await choose('auto', home, pretender(home, 'exec sleep 60'));
    expect(accelerator).toBe('tcg');
    expect(lines).toEqual([expect.stringContaining('a guest CPU does not run')]);
  });

  it.skipIf(!kvmOpens())('is software when QEMU ends well without the guest having run', async () => {
    const home = newHome();
    expect(await choose('auto', home, pretender(home, 'exit 0'))).toMatchObject({ accelerator: 'tcg', probes: 1 });
  });

  it.skipIf(!kvmOpens())('is KVM when the instructions were run', async () => {
    const home = newHome();
    const choice = await choose('auto', home, pretender(home, 'exit 99'));
    expect(choice).toEqual({ accelerator: 'kvm', lines: [], probes: 1 });
  });
});
