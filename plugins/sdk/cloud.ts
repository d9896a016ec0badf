/** What builders for clouds share that names no provider. */
export { keepTogether } from '../../core/run/scope/keep-together.ts';
