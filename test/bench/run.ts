/** All benches, one after the other; figures are for people, so nothing here fails when a target is missed. */
await import('./command-line/run.ts');
await import('./templates.ts');
await import('./plugins.ts');
await import('./packer-side-by-side/run.ts');
await import('./engine/run.ts');
await import('./engine/live-view.ts');
await import('./amazon/run.ts');
