import { expect, test } from 'vitest';
import { importPlace, MIB, type ImportPlace } from '../../../support/ec2/places/import-place.ts';
import { guardedEnvironment, MFA_SERIAL } from '../../../support/ec2/places/mfa-profile.ts';

/** A place that is got into by a role that wants the code of a device. */
async function guardedPlace(): Promise<ImportPlace> {
  const place = await importPlace();
  for (const [name, value] of Object.entries(guardedEnvironment(place.ec2, place.directory))) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
  return place;
}

test('the code of an MFA device is asked for at the terminal, once for all that go in the same way', async () => {
  await using place = await guardedPlace();
  const questions: string[] = [];
  const ask = (question: string): Promise<string> => {
    questions.push(question);
    return Promise.resolve('123456');
  };
  const disk = place.rawDisk('disk.raw', MIB, { 0: 'boot' });
  const bakes = ['one', 'two'].map((ami_name) => place.importDisk(disk, { ami_name, profile: 'guarded' }, { ask }));
  for (const { report } of await Promise.all(bakes)) expect(report.failure).toBeUndefined();
  expect(questions).toEqual([`Code of the MFA device ${MFA_SERIAL}: `]);
  expect(place.inputs('AssumeRole')).toMatchObject([{ SerialNumber: MFA_SERIAL, TokenCode: '123456' }]);
});

test('where there is no terminal it is an error that says what to set', async () => {
  await using place = await guardedPlace();
  const disk = place.rawDisk('disk.raw', MIB, { 0: 'boot' });
  const { report } = await place.importDisk(disk, { profile: 'guarded' });
  expect(report.failure).toMatchObject({ code: 'AMAZON_CREDENTIALS' });
  expect(report.failure?.message).toMatch(/there is no terminal to ask at: set mfa_code/);
  expect(place.left()).toEqual([]);
});
