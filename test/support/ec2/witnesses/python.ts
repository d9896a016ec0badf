import { join } from 'node:path';
import { pythonEnvironment } from '../../python/python-environment.ts';

// Flask is all of moto's extra "server" that EC2 needs; without botocore's version pip tries hundreds of boto3.
const PACKAGES = [
  'moto[ec2]==5.2.1',
  'flask==3.1.2',
  'flask-cors==6.0.1',
  'awscli==1.45.11',
  'boto3==1.43.11',
  'botocore==1.43.11',
];

/** A Python with botocore, the AWS CLI and moto; see `pythonEnvironment`. */
export function pythonWithAws(): string | undefined {
  const programs = pythonEnvironment({ name: 'aws-python', packages: PACKAGES });
  return programs === undefined ? undefined : join(programs, 'python3');
}
