import { sshEnd } from '../../../support/upload/far-ends.ts';
import { uploadSuite } from '../../../support/upload/suite.ts';

uploadSuite('an SSH server, by SFTP', () => sshEnd('sftp'));
