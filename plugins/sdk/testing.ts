/** Tests of components, by the real engine. It is not part of Kiln's bundle, and no component imports it. */
export type { LocatedDiagnostic, SourceLocation } from '../../core/diagnostics/diagnostic.ts';
export type { FailureReport, Outcome } from '../../core/events/event.ts';
export { conformance, type ConformanceRule, type TestedThing } from '../../core/testing/conformance.ts';
export { fakeGuest, type FakeAnswer, type FakeGuest } from '../../core/testing/fake-guest.ts';
export { prepare } from '../../core/testing/prepare.ts';
export {
  runBuilder,
  runPostProcessor,
  runProvisioner,
  type TestedRun,
  type TestRunOptions,
} from '../../core/testing/run.ts';
export type { TestedComponent } from '../../core/testing/tested-component.ts';
