export { openRelay, type RelayOptions, type RelayTarget } from './relay.ts';
export { RelayError, type RelayProblem } from './relay-error.ts';
