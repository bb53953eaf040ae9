import type { Permission } from './permission-catalogue.js';

/** What permissions are about, `domain:entity`. */
export type PermissionEntity = Permission extends infer P
  ? P extends `${infer Domain}:${infer Entity}:${string}`
    ? `${Domain}:${Entity}`
    : never
  : never;
