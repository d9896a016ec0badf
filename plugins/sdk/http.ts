/** Asking servers over http and https, through the environment's proxies. */
export { secretsIn, shownAddress } from '../../core/http/address.ts';
export { ask, type ShortAnswer } from '../../core/http/ask.ts';
export { openUrl, type HttpResponse } from '../../core/http/open-url.ts';
export { readAtMost, TooMuch } from '../../core/http/read-at-most.ts';
export { reasonOf, sendRequest, type Sending } from '../../core/http/send-request.ts';
export { askService, parseAnswer, type ServiceAnswer } from '../../core/http/ask-service.ts';
export { type ServiceRequest, type Trust } from '../../core/http/ask-service.ts';
export { setting, switched } from '../../core/http/service-settings.ts';
