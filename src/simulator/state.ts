import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { TemplateNode } from './seed.js';

/** An app's subscription to the webhooks of a business account. */
export interface Subscription {
  appId: string;
  overrideCallbackUri?: string;
  overrideVerifyToken?: string;
}

/** What survives a restart: registrations, subscriptions and, once changed, the templates. */
export interface DurableState {
  version: 1;
  numbers: Record<string, { isRegistered: boolean; pin?: string }>;
  subscriptions: Record<string, Subscription>;
  templates: Record<string, TemplateNode[]>;
}

/** Keeps the state in one file that is replaced as a whole, so that a crash leaves the old or the new one. */
export class StateFile {
  constructor(private readonly path: string | undefined) {}

  /** @throws Error when the file exists but cannot be read as state. */
  load(): DurableState | undefined {
    if (this.path === undefined || !existsSync(this.path)) return undefined;
    try {
      const state = JSON.parse(readFileSync(this.path, 'utf8')) as DurableState;
      if (state.version !== 1) throw new Error('its version is not 1');
      return state;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`Simulator state file ${this.path} cannot be read (${reason}); repair or delete it`);
    }
  }

  save(state: DurableState): void {
    if (this.path === undefined) return;
    mkdirSync(dirname(this.path), { recursive: true });
    const temporary = `${this.path}.${process.pid}.tmp`;
    writeFileSync(temporary, JSON.stringify(state), { mode: 0o600 });
    renameSync(temporary, this.path);
  }
}
