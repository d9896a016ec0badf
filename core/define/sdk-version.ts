/**
 * Version of the contract between components and the engine, "MAJOR.MINOR": what was written for an earlier MINOR of the
 * same MAJOR works unchanged. While MAJOR is 0, every MINOR may change anything.
 */
export const sdkVersion = '0.1';
