import { setTimeout as delay } from 'node:timers/promises';
import type { Report } from '../embedded/service-process.js';
import { EXIT, StartError } from '../start-error.js';

const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 30_000;
const STABLE_MS = 60_000;

/** Something that was started and answers. */
export interface Running {
  /** Settles with the reason when it ends, wanted or not. */
  exited: Promise<string>;
  /** @param hurry when aborted, waits are cut short */
  stop(hurry?: AbortSignal): Promise<void>;
}

export interface SuperviseOptions {
  name: string;
  /** Starts it and waits until it is ready; ends early when the signal is aborted. */
  start: (signal: AbortSignal) => Promise<Running>;
  report: Report;
  /** So many failures before it was ready once, and the start has failed. */
  attempts: number;
  /** Pause before the n-th restart in a row, for tests. */
  delayMs?: (failures: number) => number;
}

/** One second, two, four ... half a minute. */
export function backOffMs(failures: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** Math.max(0, failures - 1), LONGEST_DELAY_MS);
}

/** Keeps one process alive: starts it, starts it again when it ends unexpectedly, stops it. */
export class Supervisor {
  private readonly stopping = new AbortController();
  private readonly stopWanted: Promise<'stop'>;
  private loop: Promise<void> = Promise.resolve();
  private hurry?: AbortSignal;
  private failures = 0;

  constructor(private readonly options: SuperviseOptions) {
    this.stopWanted = new Promise((resolve) => {
      this.stopping.signal.addEventListener('abort', () => resolve('stop'));
    });
  }

  get name(): string {
    return this.options.name;
  }

  /** Settles when it is ready for the first time; rejects with the last reason after too many failures. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.loop = this.keepRunning(resolve, reject);
    });
  }

  /** Stops it for good, also in the middle of a start. */
  async stop(hurry?: AbortSignal): Promise<void> {
    this.hurry = hurry;
    this.stopping.abort();
    await this.loop;
  }

  private async keepRunning(onReady: () => void, onFailed: (reason: Error) => void): Promise<void> {
    let wasReady = false;
    while (!this.stopping.signal.aborted) {
      let why: string;
      try {
        const running = await this.options.start(this.stopping.signal);
        wasReady = true;
        onReady();
        const outcome = await this.watch(running);
        if (outcome === 'stop') return;
        why = `ended unexpectedly (${outcome.why})`;
      } catch (error) {
        this.failures++;
        if (this.stopping.signal.aborted || (!wasReady && this.isHopeless(error)))
          return onFailed(error as Error);
        why = `did not start: ${(error as Error).message}`;
      }
      await this.pause(why);
    }
  }

  private isHopeless(error: unknown): boolean {
    const isBadConfig = error instanceof StartError && error.exitCode === EXIT.badConfig;
    return isBadConfig || this.failures >= this.options.attempts;
  }

  private async watch(running: Running): Promise<'stop' | { why: string }> {
    const readyAt = Date.now();
    const outcome = await Promise.race([running.exited.then((why) => ({ why })), this.stopWanted]);
    if (outcome === 'stop') {
      await running.stop(this.hurry);
      return outcome;
    }
    this.failures = Date.now() - readyAt > STABLE_MS ? 1 : this.failures + 1;
    return outcome;
  }

  private async pause(why: string): Promise<void> {
    const waitMs = (this.options.delayMs ?? backOffMs)(this.failures);
    this.options.report(`${this.options.name} ${why}. Starting it again in ${waitMs / 1000} s.`);
    await delay(waitMs, undefined, { signal: this.stopping.signal }).catch(() => {});
  }
}
