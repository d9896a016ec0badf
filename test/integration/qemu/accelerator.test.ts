import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PASSED, probeSector } from '../../../builders/qemu/accelerator/probe-sector.ts';
import { findQemu } from '../../../builders/qemu/driver.ts';
import { chooseAccelerator } from '../../../builders/qemu/steps/choose-accelerator.ts';
import { qemuConfig } from '../../support/qemu/qemu-config.ts';
import { bake, leftovers, newHome, reasonToSkip, tinyOptions } from './bake.ts';
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

async function choose(
  accelerator: string,
  home: string,
  qemu = 'qemu-system-x86_64',
  cpu: string | null = null,
): Promise<Choice> {
  const small = await smallBuild({ home });
  const driver = findQemu(qemu, small.build);
  let probes = 0;
  const counting: typeof driver = {
    ...driver,
    tryOut: (...parameters) => {
      probes += 1;
      return driver.tryOut(...parameters);
    },
  };
  const chosen = await chooseAccelerator(qemuConfig({ accelerator, cpu_model: cpu }), counting, small.build);
  await small.end();
  return { accelerator: chosen, lines: small.lines, probes };
}

/** A program by QEMU's name that does what the shell scripts say, under KVM and in software. */
function pretender(home: string, kvm: string, software: string): string {
  mkdirSync(join(home, 'bin'), { recursive: true });
  const path = join(home, 'bin/qemu-system-x86_64');
  const script = `#!/bin/sh\ncase "$*" in\n*accel=kvm*) ${kvm} ;;\n*) ${software} ;;\nesac\n`;
  writeFileSync(path, script, { mode: 0o755 });
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
    expect([0, 2]).toContain(first.probes);
    const [reason, ...said] = first.lines;
    expect(reason).toMatch(/^debug: KVM: ./);
    if (first.accelerator === 'kvm') expect(said).toEqual([]);
    else expect(said).toEqual([expect.stringMatching(/^KVM does not work here \(.+\); the guest runs in software/)]);
  });

  it.skipIf(!kvmOpens())('is software when KVM is not faster than it', async () => {
    const home = newHome();
    const { accelerator, lines } = await choose('auto', home, pretender(home, 'exec sleep 60', 'exit 99'));
    expect(accelerator).toBe('tcg');
    expect(lines).toContainEqual(expect.stringContaining('it is slower than software'));
  });

  it.skipIf(!kvmOpens())('is software when QEMU ends well without the guest having run', async () => {
    const home = newHome();
    const choice = await choose('auto', home, pretender(home, 'exit 0', 'exec sleep 60'));
    expect(choice).toMatchObject({ accelerator: 'tcg', probes: 2 });
  });

  it.skipIf(!kvmOpens())('is KVM when the guest came through faster than in software', async () => {
    const home = newHome();
    const choice = await choose('auto', home, pretender(home, 'exit 99', 'exec sleep 60'));
    expect(choice).toMatchObject({ accelerator: 'kvm', probes: 2 });
    expect(choice.lines).toEqual([expect.stringMatching(/^debug: KVM: a boot took .* under KVM and more than/)]);
  });

  it.skipIf(!kvmOpens())('is measured for each CPU model', async () => {
    const home = newHome();
    const qemu = pretender(home, 'exit 99', 'exec sleep 60');
    const models = ['host', 'host', 'Nehalem'].map((cpu) => () => choose('auto', home, qemu, cpu));
    const probes: number[] = [];
    for (const model of models) probes.push((await model()).probes);
    expect(probes).toEqual([2, 0, 2]);
  });

  it('runs the probe in software in any case: what is measured is a boot, not a fault', async () => {
    const home = newHome();
    const small = await smallBuild({ home });
    const sector = join(home, 'probe.img');
    writeFileSync(sector, probeSector());
    const driver = findQemu('qemu-system-x86_64', small.build);
    const said: string[] = [];
    const status = await driver.tryOut(
      ['-machine', 'pc,accel=tcg', '-cpu', 'max', '-m', '16', '-nodefaults', '-no-reboot', '-display', 'none']
        .concat('-device', 'isa-debug-exit,iobase=0x501,iosize=1')
        .concat('-drive', `file.filename=${sector},format=raw,if=floppy,readonly=on`),
      { signal: small.build.signal, onLine: (line) => void said.push(line) },
    );
    expect([status, said]).toEqual([PASSED, []]);
    await small.end();
  });
});

/** A QEMU whose guests under KVM die in the way that `end` does it, and whose guests in software are as ever. */
function brittleQemu(home: string, end: string): string {
  const monitor = join(home, 'monitor.py');
  writeFileSync(
    monitor,
    `import json, os, re, socket, sys, time
path = re.search(r'(?:path=|unix:)([^, ]+/monitor)\\b', ' '.join(sys.argv)).group(1)
server = socket.socket(socket.AF_UNIX)
server.bind(path)
server.listen()
talk = server.accept()[0].makefile('rw')
def say(what): talk.write(json.dumps(what) + chr(10)); talk.flush()
say({'QMP': {}})
for line in talk:
    command = json.loads(line)['execute']
    say({'return': {'status': 'internal-error'} if command == 'query-status' else {}})
    if command == 'qmp_capabilities':
        ${end}
`,
  );
  return pretender(
    home,
    `case "$*" in *isa-debug-exit*) exit 99 ;; *) exec python3 ${monitor} "$@" ;; esac`,
    `case "$*" in *isa-debug-exit*) exec sleep 60 ;; *) exec /usr/bin/qemu-system-x86_64 "$@" ;; esac`,
  );
}

describe.skipIf(reasonToSkip() !== undefined || !kvmOpens())(
  'a machine that dies of KVM before it was provisioned',
  { timeout: 180_000 },
  () => {
    it.each([
      ['is stopped by an internal error', "say({'event': 'STOP'})"],
      ['crashes', 'os.abort()'],
    ])('is booted once more in software when it %s, and the verdict is corrected', async (_, end) => {
      const home = newHome();
      const qemu = brittleQemu(home, end);
      const options = tinyOptions(home, { accelerator: 'auto', qemu_binary: qemu });
      const { error, small, artifact } = await bake(options, { home });
      expect(error).toBeUndefined();
      expect(artifact?.files).toHaveLength(1);
      expect(small.lines).toContainEqual(expect.stringMatching(/^warning: KVM failed: .*booted again in software/));
      expect(small.steps.filter((step) => step === 'start machine')).toHaveLength(2);
      expect(leftovers(home)).toEqual(['bin', 'monitor.py', 'out']);
      const { accelerator, lines, probes } = await choose('auto', home, qemu);
      expect({ accelerator, probes }).toEqual({ accelerator: 'tcg', probes: 0 });
      expect(lines.at(-1)).toContain('a guest died of it');
    });

    it('is not booted again when the template asks for KVM', async () => {
      const home = newHome();
      const qemu_binary = brittleQemu(home, "say({'event': 'STOP'})");
      const { error, small } = await bake(tinyOptions(home, { accelerator: 'kvm', qemu_binary }), { home });
      expect(error).toMatchObject({ code: 'GUEST_CPU_FAILED', hint: expect.stringContaining('tcg') as string });
      expect(small.steps.filter((step) => step === 'start machine')).toHaveLength(1);
    });
  },
);
