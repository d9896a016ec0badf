import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../../..');

/** Nouns of one provider; those of the first are what the shared code was taken from. */
const NOUNS =
  /\b(ami|amis|amazon|arn|aws|availability zone|boto\w*|droplet|ebs|ec2|eni|flavor|gce|glance|gcp|google|iam|imds|lambda|nova|openstack|project|region|regions|route53|s3|security group|spot|ssm|sts|subnet|tenant|vpc)\b/i;

/** Words of a file, with those that are joined in names taken apart: "awsRegion" is two. */
function wordsOf(file: string): string {
  return readFileSync(join(root, file), 'utf8')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]/g, ' ');
}

describe('what clouds share', () => {
  const own = 'test/unit/core/cloud/neutral.test.ts';
  const files = globSync(['core/cloud/**/*.ts', 'test/unit/core/cloud/*.ts', 'plugins/sdk/cloud.ts'], { cwd: root });

  it('knows no provider’s noun', () => {
    expect(files.length).toBeGreaterThan(15);
    const found = files
      .filter((file) => file !== own)
      .flatMap((file) => {
        const noun = NOUNS.exec(wordsOf(file))?.[0];
        return noun === undefined ? [] : [`${file} says "${noun}"`];
      });
    expect(found).toEqual([]);
  });

  it('would be found out', () => {
    expect(NOUNS.test(wordsOf('builders/_amazon/tags.ts'))).toBe(true);
  });

  it('knows no component', () => {
    const shared = files.filter((file) => !file.startsWith('test/'));
    const imports = shared.flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(/ from '(.*)';/g)]);
    expect(imports.filter(([, path = '']) => /\/(builders|provisioners|post-processors|lookups)\//.test(path))).toEqual(
      [],
    );
  });
});
