import { Access1763769600001 } from './0001-access.js';

/** All migrations in the order they run. */
export const migrations = [Access1763769600001];
