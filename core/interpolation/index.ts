/**
 * Go's text/template as Packer's templates use it. All functions throw `InterpolationError`, with an offset into the
 * text. Rendering is synchronous; texts that may ask a server (variables) are rendered inside of `renderWithLookups`.
 */
export { InterpolationError, Refusal, type InterpolationCode } from './interpolation-error.ts';
export { fieldReferences, type FieldReference } from './field-references.ts';
export { render, renderKeepingDots, renderUntilStable, type RenderOptions } from './render.ts';
export type { WorkPool } from './evaluate/work.ts';
export { templateFunctions, type FunctionContext, type OutsideWorld } from './functions/functions.ts';
export type { FunctionTable } from './functions/function-table.ts';
export type { FetchedData } from './functions/fetched-data.ts';
export { withBraces } from './literal-braces.ts';
export { dataReferences, hasDotReference, userReferences, type UserReference } from './references.ts';
export { renderWithLookups, type LookupOptions } from './render-with-lookups.ts';
export { valuesOf, type Answers } from './lookup-answers.ts';
