import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../core/contract/json.ts';
import type { BuildRow } from './builds.ts';
import type { CommandRow } from './commands.ts';

/** The builder of rows that name none. */
export const NULL_BUILDER: JsonObject = { type: 'null', communicator: 'none' };

export const BUILD_TABLES = [
  'interpolation',
  'builders',
  'provisioning',
  'shell-local',
  'shell-local-post',
  'post-processors',
] as const;
export const COMMAND_TABLE = 'commands';
/** Builds whose guest is an sshd on this machine. */
export const SSH_TABLE = 'shell-over-ssh';

export const pathOf = (table: string): string => join(import.meta.dirname, `${table}.json`);

export function buildRows(table: string): readonly BuildRow[] {
  return JSON.parse(readFileSync(pathOf(table), 'utf8')) as readonly BuildRow[];
}

export function commandRows(): readonly CommandRow[] {
  return JSON.parse(readFileSync(pathOf(COMMAND_TABLE), 'utf8')) as readonly CommandRow[];
}
