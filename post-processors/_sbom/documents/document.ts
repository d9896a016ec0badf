import { createHash } from 'node:crypto';
import type { Inventory } from '../package.ts';

/** What a document says besides the packages. */
export interface DocumentFacts {
  /** Of the image or the build. */
  readonly name: string;
  readonly created: Date;
  /** Kiln's; undefined when it is not known. */
  readonly toolVersion: string | undefined;
  /** SHA-256 of the image, in hex; undefined when it is not made yet. */
  readonly sha256: string | undefined;
}

/** A UUID that is the same for the same content. */
export function documentId(inventory: Inventory, { name, created, sha256 = '' }: DocumentFacts): string {
  const text = JSON.stringify([name, created.getTime(), sha256, inventory]);
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-');
}

/** RFC 3339, whole seconds. */
export function momentText(moment: Date): string {
  return moment.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The moment of a document: SOURCE_DATE_EPOCH (seconds), else what is given (milliseconds). */
export function documentMoment(environment: string | undefined, otherwise: number): Date {
  return new Date(/^\d{1,11}$/.test(environment ?? '') ? Number(environment) * 1000 : otherwise);
}
