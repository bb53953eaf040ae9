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
  /** Once it is read. */
  known?: Sender;
  loadedAtMs: number;
  isReloading: boolean;
}

/** Changes made by another process count after this long at the latest. */
const MAX_AGE_MS = 5_000;
/** Older than this it is read anew in the background: messages must not wait for that in their slots. */
const RELOAD_AFTER_MS = 4_000;

/** Integrations with decrypted tokens, kept for seconds so that a thousand sends per second cost no queries. */
@Injectable()
export class SenderCache {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly repository: IntegrationsRepository) {}

  /** Undefined when there is no such integration. */
  get(id: string): Promise<Sender | undefined> {
    const current = this.currentOf(id);
    if (current) return current.sender;
    const entry = this.read(id);
    this.entries.set(id, entry);
    entry.sender.catch(() => this.forget(id, entry));
    return entry.sender;
  }

  /** The same for whoever can't wait; undefined also where it has to be read first. */
  known(id: string): Sender | undefined {
    return this.currentOf(id)?.known;
  }

  /** The next send reads the integration anew. */
  invalidate(id: string): void {
    this.entries.delete(id);
  }

  private currentOf(id: string): Entry | undefined {
    const entry = this.entries.get(id);
    if (!entry) return undefined;
    const ageMs = performance.now() - entry.loadedAtMs;
    if (ageMs >= MAX_AGE_MS) return undefined;
    if (ageMs >= RELOAD_AFTER_MS && !entry.isReloading) this.reload(id, entry);
    return entry;
  }

  private read(id: string): Entry {
    const entry: Entry = { sender: this.load(id), loadedAtMs: performance.now(), isReloading: false };
    entry.sender.then(
      (sender) => (entry.known = sender),
      () => undefined,
    );
    return entry;
  }

  /** What is known counts until the answer is there. When there is none, whoever asks once it is too old learns why. */
  private reload(id: string, known: Entry): void {
    known.isReloading = true;
    const entry = this.read(id);
    entry.sender.then(
      () => this.entries.get(id) === known && this.entries.set(id, entry),
      () => undefined,
    );
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
