import { uploadSuite } from '../../../support/upload/suite.ts';
import { localPlace } from '../../../support/upload/local-place.ts';

uploadSuite(
  'a directory of this machine',
  async () => {
    const place = await localPlace();
    return { ...place, port: undefined, target: (path) => ({ url: `file://${place.directory}/${path}` }) };
  },
  { local: true, open: true },
);
