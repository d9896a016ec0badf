import { localEnd } from '../../../support/upload/far-ends.ts';
import { uploadSuite } from '../../../support/upload/suite.ts';

uploadSuite('a directory of this machine', localEnd, { local: true, open: true });
