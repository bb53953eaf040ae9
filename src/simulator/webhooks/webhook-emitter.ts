import { createHmac } from 'node:crypto';
import { Agent, request } from 'undici';
import { EventSchedule } from '../outcomes/event-schedule.js';
import type { SimulatorSettings } from '../settings.js';
import { DeliveryLog } from './delivery-log.js';
import { buildPayload, toWireJson, type WebhookUpdate } from './webhook-payload.js';
import { handshake, type Destination } from './webhook-target.js';

/** Waits between attempts in simulated milliseconds: about 36 hours, after which a delivery is given up. */
const RETRY_AFTER_MS = [
  0,
  10_000,
  60_000,
  300_000,
  1_800_000,
  7_200_000,
  ...Array<number>(6).fill(21_600_000),
];
/** Retries are not accelerated more than this, so that a short outage is always survived. */
const MIN_RETRY_SCALE = 0.002;
const HANDSHAKE_RETRY_MS = [100, 250, 500, 1_000, 2_000];

interface Delivery {
  id: number;
  target: Target;
  updates: WebhookUpdate[];
  /** Made at the first attempt and kept, so that every attempt sends the same bytes. */
  body: Buffer | undefined;
  attempts: number;
  settled: (() => void) | undefined;
}

interface Target {
  destination: Destination;
  isVerified: boolean;
  isVerifying: boolean;
  batch: WebhookUpdate[];
  ready: Delivery[];
}

type Task =
  | { kind: 'flush'; target: Target }
  | { kind: 'verify'; target: Target; attempt: number }
  | { kind: 'retry'; delivery: Delivery };

export interface EmitterOptions {
  settings: SimulatorSettings;
  appSecret: string;
  /** Where the updates of a business account go; undefined when no app is subscribed. */
  destinationOf: (wabaId: string) => Destination | undefined;
}

/**
 * Delivers updates by signed webhooks: batched over a short window, several posts at a time, repeated on anything but
 * HTTP 200, and only to callbacks that passed the handshake (WhatsApp Cloud API, webhooks).
 */
export class WebhookEmitter {
  readonly log = new DeliveryLog();
  private readonly agent = new Agent({ connections: 64, pipelining: 1, connect: { timeout: 5_000 } });
  private readonly tasks = new EventSchedule<Task>((task) => this.perform(task));
  private readonly targets = new Map<string, Target>();
  private readonly waitingRetry = new Set<Delivery>();
  private inFlight = 0;
  private lastId = 0;
  private isClosed = false;

  constructor(private readonly options: EmitterOptions) {}

  /** Takes an update for delivery in the next batch. */
  emit(update: WebhookUpdate): void {
    const target = this.targetOf(update.wabaId);
    if (!target) return this.log.count('unsubscribed', 1);
    target.batch.push(update);
    const { batchMaxUpdates, batchWindowMs } = this.options.settings;
    if (target.batch.length >= batchMaxUpdates) this.flush(target);
    else if (target.batch.length === 1) {
      this.tasks.add({ kind: 'flush', target }, Math.random() * batchWindowMs);
    }
  }

  /** Delivers one update at once; resolves when the first attempt ended or `maxWaitMs` passed. */
  async emitNow(update: WebhookUpdate, maxWaitMs: number): Promise<void> {
    const target = this.targetOf(update.wabaId);
    if (!target?.isVerified || !this.options.settings.emitterEnabled) return this.emit(update);
    this.log.count('early', 1);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, maxWaitMs);
      this.enqueue(target, [update], () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Starts the handshake of a business account's callback ahead of the first update. */
  prepare(wabaId: string): void {
    this.targetOf(wabaId);
  }

  /** Runs the handshake at once; says why it failed. A callback that passed is used without another handshake. */
  async verify(destination: Destination): Promise<string | undefined> {
    const problem = await handshake(destination, this.agent, this.options.settings.webhookTimeoutMs);
    if (problem === undefined) this.targetFor(destination, true).isVerified = true;
    return problem;
  }

  /** Goes on after settings changed. */
  resume(): void {
    for (const target of this.targets.values()) this.flush(target);
    this.pump();
  }

  pending(): { batched: number; queued: number; inFlight: number; awaitingRetry: number } {
    const all = [...this.targets.values()];
    const sum = (count: (target: Target) => number): number =>
      all.reduce((total, target) => total + count(target), 0);
    return {
      batched: sum((target) => target.batch.length),
      queued: sum((target) => target.ready.length),
      inFlight: this.inFlight,
      awaitingRetry: this.waitingRetry.size,
    };
  }

  describeTargets(): object[] {
    return [...this.targets.values()].map(({ destination, isVerified, batch, ready }) => ({
      url: destination.url,
      isVerified,
      batched: batch.length,
      queued: ready.length,
    }));
  }

  /** Forgets everything undelivered and every handshake. */
  reset(): void {
    this.tasks.clear();
    this.targets.clear();
    this.waitingRetry.clear();
    this.log.clear();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.tasks.close();
    await this.agent.destroy();
  }

  private perform(task: Task): void {
    if (task.kind === 'flush') return this.flush(task.target);
    if (task.kind === 'verify') return void this.runHandshake(task.target, task.attempt);
    if (!this.waitingRetry.delete(task.delivery)) return;
    task.delivery.target.ready.push(task.delivery);
    this.pump();
  }

  private targetOf(wabaId: string): Target | undefined {
    const destination = this.options.destinationOf(wabaId);
    return destination && this.targetFor(destination, false);
  }

  private targetFor(destination: Destination, isVerified: boolean): Target {
    const key = `${destination.url}\n${destination.verifyToken}`;
    let target = this.targets.get(key);
    if (!target) {
      target = { destination, isVerified, isVerifying: false, batch: [], ready: [] };
      this.targets.set(key, target);
      if (!isVerified) void this.runHandshake(target, 0);
    }
    return target;
  }

  private async runHandshake(target: Target, attempt: number): Promise<void> {
    if (target.isVerified || target.isVerifying) return;
    target.isVerifying = true;
    const problem = await handshake(target.destination, this.agent, this.options.settings.webhookTimeoutMs);
    target.isVerifying = false;
    if (this.isClosed) return;
    this.log.handshake(target.destination.url, problem);
    if (problem === undefined) {
      target.isVerified = true;
      return this.pump();
    }
    const waitMs = HANDSHAKE_RETRY_MS[Math.min(attempt, HANDSHAKE_RETRY_MS.length - 1)]!;
    this.tasks.add({ kind: 'verify', target, attempt: attempt + 1 }, waitMs);
  }

  private flush(target: Target): void {
    if (!this.options.settings.emitterEnabled) return;
    const updates = target.batch;
    const size = this.options.settings.batchMaxUpdates;
    target.batch = [];
    for (let start = 0; start < updates.length; start += size) {
      this.enqueue(target, updates.slice(start, start + size), undefined);
    }
  }

  private enqueue(target: Target, updates: WebhookUpdate[], settled: (() => void) | undefined): void {
    this.lastId += 1;
    target.ready.push({ id: this.lastId, target, updates, body: undefined, attempts: 0, settled });
    this.pump();
  }

  private pump(): void {
    const { emitterEnabled, webhookConcurrency } = this.options.settings;
    if (!emitterEnabled || this.isClosed) return;
    for (const target of this.targets.values()) {
      while (target.isVerified && target.ready.length > 0 && this.inFlight < webhookConcurrency) {
        void this.deliver(target.ready.shift()!);
      }
    }
  }

  private async deliver(delivery: Delivery): Promise<void> {
    this.inFlight += 1;
    const startedAt = Date.now();
    const result = await this.post(delivery);
    this.inFlight -= 1;
    if (this.isClosed) return;
    delivery.attempts += 1;
    const { id, attempts } = delivery;
    const updates = delivery.updates.length;
    this.log.attempt({
      id,
      attempt: attempts,
      at: startedAt,
      ms: Date.now() - startedAt,
      updates,
      ...result,
    });
    delivery.settled?.();
    delivery.settled = undefined;
    const isKnown = [...this.targets.values()].includes(delivery.target);
    if (result.status === 200) this.log.count('delivered', updates);
    else if (isKnown) this.retry(delivery);
    this.pump();
  }

  private retry(delivery: Delivery): void {
    const waitMs = RETRY_AFTER_MS[delivery.attempts - 1];
    if (waitMs === undefined) return this.log.count('givenUp', delivery.updates.length);
    this.waitingRetry.add(delivery);
    const scale = Math.max(this.options.settings.timeScale, MIN_RETRY_SCALE);
    this.tasks.add({ kind: 'retry', delivery }, waitMs * scale);
  }

  private async post(delivery: Delivery): Promise<{ status?: number; error?: string }> {
    const timeoutMs = this.options.settings.webhookTimeoutMs;
    delivery.body ??= Buffer.from(toWireJson(buildPayload(delivery.updates, Date.now())), 'latin1');
    const signature = createHmac('sha256', this.options.appSecret).update(delivery.body).digest('hex');
    try {
      const response = await request(delivery.target.destination.url, {
        method: 'POST',
        dispatcher: this.agent,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'facebookexternalua',
          'x-hub-signature-256': `sha256=${signature}`,
        },
        body: delivery.body,
      });
      await response.body.dump();
      return { status: response.statusCode };
    } catch (error) {
      return { error: error instanceof Error ? error.message || error.name : String(error) };
    }
  }
}
