import { Injectable } from '@nestjs/common';
import { IntegrationsRepository } from './integrations.repository.js';

/** What a send needs to know of its integration. */
export interface Sender {
  id: string;
  name: string;
  status: string;
  wabaId: string;
  phoneNumberId: string;
  token: string;
  marketingOnboarded: boolean;
}

interface Entry {
  sender: Promise<Sender | undefined>;
  loadedAtMs: number;
}

/** Changes made by another process count after this long at the latest. */
const MAX_AGE_MS = 5_000;

/** Integrations with decrypted tokens, kept for seconds so that a thousand sends per second cost no queries. */
@Injectable()
export class SenderCache {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly repository: IntegrationsRepository) {}

  /** Undefined when there is no such integration. */
  get(id: string): Promise<Sender | undefined> {
    const now = performance.now();
    const known = this.entries.get(id);
    if (known && now - known.loadedAtMs < MAX_AGE_MS) return known.sender;
    const entry = { sender: this.load(id), loadedAtMs: now };
    this.entries.set(id, entry);
    entry.sender.catch(() => this.forget(id, entry));
    return entry.sender;
  }

  /** The next send reads the integration anew. */
  invalidate(id: string): void {
    this.entries.delete(id);
  }

  private forget(id: string, entry: Entry): void {
    if (this.entries.get(id) === entry) this.entries.delete(id);
  }

  private async load(id: string): Promise<Sender | undefined> {
    const row = await this.repository.findUnlocked(id);
    if (!row) return undefined;
    return {
      id,
      name: row.name,
      status: row.status,
      wabaId: row.wabaId ?? '',
      phoneNumberId: row.phoneNumberId ?? '',
      token: row.token,
      marketingOnboarded: row.marketingOnboarded,
    };
  }
}
