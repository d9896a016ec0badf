import { httpEnd } from '../../../support/upload/far-ends.ts';
import { uploadSuite } from '../../../support/upload/suite.ts';

uploadSuite('a server of WebDAV', () => httpEnd('webdav'), { http: true, invisible: true });
uploadSuite('a server that takes PUT', () => httpEnd('http'), { http: true, invisible: true, forgetful: true });
