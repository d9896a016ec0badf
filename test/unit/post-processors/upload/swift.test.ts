import { swiftEnd } from '../../../support/upload/far-ends.ts';
import { uploadSuite } from '../../../support/upload/suite.ts';

uploadSuite('Swift', swiftEnd, { http: true, open: true, invisible: true, large: 40 * 1_048_576 + 77 });
