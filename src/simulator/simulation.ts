import { World, rateOf } from './accounts/world.js';
import { EventSchedule } from './outcomes/event-schedule.js';
import { OutcomeEngine } from './outcomes/outcome-engine.js';
import { DEFAULT_SEED, type SimulatorSeed } from './seed.js';
import { Faults } from './sending/faults.js';
import { Ledger } from './sending/ledger.js';
import { PairRate } from './sending/pair-rate.js';
import { ThroughputLimiter } from './sending/throughput.js';
import { DEFAULT_SETTINGS, explainSettings, type SimulatorSettings } from './settings.js';
import { StateFile } from './state.js';
import { WebhookEmitter } from './webhooks/webhook-emitter.js';
import type { Destination } from './webhooks/webhook-target.js';

export interface SimulationOptions {
  seed?: SimulatorSeed;
  settings?: Partial<SimulatorSettings>;
  callbackUrl?: string;
  appSecret?: string;
  verifyToken?: string;
  /** Replaces the first token of the seed. */
  accessToken?: string;
  stateFile?: string;
}

/** Everything behind the HTTP surface, wired together. */
export class Simulation {
  readonly settings: SimulatorSettings;
  readonly world: World;
  readonly faults = new Faults();
  readonly emitter: WebhookEmitter;
  readonly engine: OutcomeEngine;
  readonly throughput: ThroughputLimiter;
  readonly pairRate: PairRate;
  readonly later = new EventSchedule<() => void>((run) => run());
  readonly startedAt = Date.now();
  ledger = new Ledger();

  /** @throws Error naming every bad setting or an unreadable state file. */
  constructor(options: SimulationOptions) {
    const seed = withOptions(options.seed ?? DEFAULT_SEED, options);
    const wanted = { ...seed.settings, ...options.settings };
    const reasons = explainSettings(wanted);
    if (reasons.length > 0) throw new Error(`Simulator settings: ${reasons.join('; ')}`);
    this.settings = { ...DEFAULT_SETTINGS, ...wanted };
    this.world = new World(seed, new StateFile(options.stateFile));
    this.emitter = new WebhookEmitter({
      settings: this.settings,
      appSecret: this.world.app.secret,
      destinationOf: (wabaId) => this.destinationOf(wabaId),
    });
    this.throughput = new ThroughputLimiter(this.settings);
    this.pairRate = new PairRate(this.settings);
    this.engine = new OutcomeEngine({
      world: this.world,
      settings: this.settings,
      emitter: this.emitter,
      tell: (row, told) => this.ledger.tell(row, told),
      onInbound: (number) => this.throughput.countInbound(number.id, rateOf(number), Date.now()),
    });
    for (const wabaId of this.world.wabas.keys()) this.emitter.prepare(wabaId);
  }

  /** Where webhooks of a business account go: its own override, else the app's callback; nowhere without subscription. */
  destinationOf(wabaId: string): Destination | undefined {
    const subscription = this.world.wabas.get(wabaId)?.subscription;
    const url = subscription?.overrideCallbackUri ?? this.world.app.callbackUrl;
    if (!subscription || url === undefined) return undefined;
    return { url, verifyToken: subscription.overrideVerifyToken ?? this.world.app.verifyToken };
  }

  /** Forgets messages, faults, rules and everything pending; accounts, registrations and settings stay. */
  reset(): void {
    this.ledger = new Ledger();
    this.faults.clear();
    this.engine.reset();
    this.emitter.reset();
    this.throughput.reset();
    this.pairRate.reset();
    for (const wabaId of this.world.wabas.keys()) this.emitter.prepare(wabaId);
  }

  async close(): Promise<void> {
    this.later.close();
    this.engine.close();
    await this.emitter.close();
  }
}

function withOptions(seed: SimulatorSeed, options: SimulationOptions): SimulatorSeed {
  const [first, ...others] = seed.tokens;
  const token = first && { ...first, token: options.accessToken ?? first.token };
  return {
    ...seed,
    tokens: token ? [token, ...others] : [],
    app: {
      ...seed.app,
      secret: options.appSecret ?? seed.app.secret,
      verifyToken: options.verifyToken ?? seed.app.verifyToken,
      callbackUrl: options.callbackUrl ?? seed.app.callbackUrl,
    },
  };
}
