/** Tests of components, by the real engine. It is not part of Kiln's bundle, and no component imports it. */
export type { LocatedDiagnostic, SourceLocation } from '../../core/diagnostics/diagnostic.ts';
export type { FailureReport, Outcome } from '../../core/events/event.ts';
export { conformance, type Conformance } from '../../core/testing/conformance.ts';
export type { ConformanceRule } from '../../core/testing/rules/rule.ts';
export type { TestedOptions } from '../../core/testing/rules/run-rules.ts';
export type { TestedThing } from '../../core/testing/rules/thing-rules.ts';
export { fetchData } from '../../core/testing/fetch.ts';
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
