import type { PhoneNumber, World } from '../accounts/world.js';
import type { LedgerRow } from '../sending/ledger.js';
import type { SimulatorSettings } from '../settings.js';
import { Updates } from '../webhooks/updates.js';
import type { WebhookEmitter } from '../webhooks/webhook-emitter.js';
import type { WebhookUpdate } from '../webhooks/webhook-payload.js';
import { EventSchedule } from './event-schedule.js';
import {
  chooseProfile,
  planOutcome,
  type PlannedEvent,
  type Profile,
  type StatusName,
} from './outcome-profiles.js';
import { randomFor, randomFrom, type Random } from './random.js';

/** A template's quick reply as the user would tap it. */
export interface TappableButton {
  text: string;
  payload: string;
}

interface Happening {
  number: PhoneNumber;
  row: LedgerRow;
  event: PlannedEvent;
  /** When it happens; a reordered webhook comes later but carries this time. */
  at: number;
  button: TappableButton | undefined;
  isRepeat: boolean;
}

export interface OutcomeParts {
  world: World;
  settings: SimulatorSettings;
  emitter: WebhookEmitter;
  tell: (row: LedgerRow, told: { status: StatusName; code?: number; at: number }) => void;
  onInbound: (number: PhoneNumber) => void;
}

const EARLY_MAX_WAIT_MS = 1_000;

/** Lets the recipients live: plans what happens to each accepted message and tells it when its time comes. */
export class OutcomeEngine {
  readonly rules = new Map<string, Profile>();
  readonly updates: Updates;
  private readonly schedule = new EventSchedule<Happening>((happening) => this.happen(happening));
  private readonly stopped = new Set<string>();
  private chaos: Random;

  constructor(private readonly parts: OutcomeParts) {
    this.updates = new Updates(parts.world.portfolio.id);
    this.chaos = randomFrom(parts.settings.randomSeed);
  }

  get scheduled(): number {
    return this.schedule.size;
  }

  profileFor(number: PhoneNumber, recipient: { to: string; waId: string }, isMarketing: boolean): Profile {
    const { suffixProfiles, usMarketingBlocked } = this.parts.settings;
    const hasStopped = this.stopped.has(`${number.id}:${recipient.waId}`);
    return chooseProfile({
      ...recipient,
      isMarketing,
      hasStopped,
      rules: this.rules,
      suffixProfiles,
      usMarketingBlocked,
    });
  }

  /**
   * Plans the future of a message that was just accepted; the n-th message to the same recipient always fares the same.
   * A returned promise means: its first webhook is on the way already, answer the call after it.
   */
  accepted(
    number: PhoneNumber,
    row: LedgerRow,
    nth: number,
    button?: TappableButton,
  ): Promise<void> | undefined {
    const { settings } = this.parts;
    const plan = planOutcome(row.profile, settings, randomFor(settings.randomSeed, `${row.to}:${nth}`));
    const isEarly = settings.earlyProbability > 0 && this.chaos() < settings.earlyProbability;
    const first = isEarly && plan[0]?.kind === 'status' ? plan.shift() : undefined;
    for (const event of plan) {
      const at = row.acceptedAt + event.afterMs * settings.timeScale;
      this.plan({ number, row, event, at, button, isRepeat: false });
    }
    if (first?.kind !== 'status') return undefined;
    this.parts.tell(row, { ...first, at: row.acceptedAt });
    return this.parts.emitter.emitNow(
      this.updates.status(number, row, { ...first, at: row.acceptedAt }),
      EARLY_MAX_WAIT_MS,
    );
  }

  /** A user writes to the business. */
  inbound(number: PhoneNumber, from: string, content: { type: string; [part: string]: unknown }): void {
    this.parts.onInbound(number);
    this.parts.emitter.emit(this.updates.message(number, from, content));
  }

  /** A user stops or resumes marketing from a business number; later marketing fails with 131050 while stopped. */
  prefer(number: PhoneNumber, from: string, value: 'stop' | 'resume'): void {
    if (value === 'stop') this.stopped.add(`${number.id}:${from}`);
    else this.stopped.delete(`${number.id}:${from}`);
    this.parts.emitter.emit(this.updates.preference(number, from, value));
  }

  /** Forgets all that was going to happen, rules and stops included. */
  reset(): void {
    this.schedule.clear();
    this.rules.clear();
    this.stopped.clear();
    this.chaos = randomFrom(this.parts.settings.randomSeed);
  }

  close(): void {
    this.schedule.close();
  }

  private plan(happening: Happening): void {
    const { settings, emitter } = this.parts;
    let delayMs = happening.event.afterMs;
    if (happening.event.kind === 'status' && settings.reorderProbability > 0) {
      if (this.chaos() < settings.reorderProbability) {
        delayMs += this.chaos() * settings.reorderMaxSkewMs;
        emitter.log.count('reordered', 1);
      }
    }
    this.schedule.add(happening, delayMs * settings.timeScale);
  }

  private happen(happening: Happening): void {
    const { number, row, event } = happening;
    if (event.kind === 'reply') return this.reply(happening);
    if (event.kind === 'preference') return this.prefer(number, row.waId, event.value);
    if (!happening.isRepeat) this.parts.tell(row, { ...event, at: happening.at });
    this.emitWithChaos(happening, this.updates.status(number, row, { ...event, at: happening.at }));
  }

  private emitWithChaos(happening: Happening, update: WebhookUpdate): void {
    const { settings, emitter } = this.parts;
    if (settings.dropProbability > 0 && this.chaos() < settings.dropProbability)
      emitter.log.count('dropped', 1);
    else emitter.emit(update);
    if (happening.isRepeat || settings.duplicateProbability === 0) return;
    if (this.chaos() >= settings.duplicateProbability) return;
    emitter.log.count('duplicated', 1);
    const delayMs = this.chaos() * settings.reorderMaxSkewMs * settings.timeScale;
    this.schedule.add({ ...happening, isRepeat: true }, delayMs);
  }

  private reply({ number, row, event, button }: Happening): void {
    if (event.kind !== 'reply') return;
    const context = { from: number.digits, id: row.wamid };
    if (event.reply === 'stop_button') {
      this.inbound(number, row.waId, {
        type: 'button',
        context,
        button: button ?? { text: 'STOP', payload: 'STOP' },
      });
      return;
    }
    const body = event.reply === 'stop_text' ? 'STOP' : 'Danke schön, das passt!';
    this.inbound(number, row.waId, { type: 'text', text: { body } });
  }
}
