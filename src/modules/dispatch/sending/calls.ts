import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Logger } from '../../../platform/logging/logger.js';
import { PROVIDER_CONNECTIONS, type SendOutcome, WhatsAppService } from '../../whatsapp/index.js';
import { callbackDataOf } from '../callback-data.js';
import { evidenceOf, type ProviderEvidence } from '../provider-evidence.js';
import type { CampaignContext } from './campaign-contexts.js';
import { Consequences } from './consequences.js';
import type { SendableMessage } from './messages.repository.js';
import { type Consequence, reactTo } from './reaction.js';
import { MessageTraces } from '../tracing/message-traces.js';
import { Settler } from './settler.js';

/** One message that is to leave now. */
export interface Call {
  message: SendableMessage;
  runId: string;
  claimToken: string;
  context: CampaignContext;
  /** Whether the slot of the message still lasts; asked again when a connection is free. */
  mayStart: () => boolean;
}

/** Calls in the air of one process. A provider that hangs must not fill the memory. */
const MOST_IN_FLIGHT = 2_000;
/**
 * Calls that may wait for a connection, so that none lies idle while the next messages are claimed: as many as ended in
 * so long a time, and so wait no longer, but never more than this, as a crash would leave their outcome unknown too.
 */
const MOST_AHEAD = 768;
const AHEAD_MS = 150;
/** The next messages are claimed while this part of them still waits, as a claim takes a while itself. */
const STILL_AHEAD = 1 / 3;
/** Longer than the provider takes for an answer: calls that began together end together. */
const RATE_STRETCH_MS = 500;
const FINISH_POLL_MS = 2;

/** Room that is kept for calls which are about to begin. */
export class Room {
  constructor(
    private left: number,
    private readonly redeem: (calls: number) => void,
  ) {}

  get calls(): number {
    return this.left;
  }

  /** Keeps room for no more than these. */
  keep(calls: number): void {
    const kept = Math.min(this.left, calls);
    this.redeem(this.left - kept);
    this.left = kept;
  }

  /** One of the calls begins. */
  use(): void {
    this.keep(this.left - 1);
  }
}

/** How often something happens, from what happened lately. */
class Rate {
  private since = performance.now();
  private now = 0;
  private before = 0;

  /** How often in `ms` milliseconds, on an average of the stretch before and this one. */
  in(ms: number): number {
    this.turn();
    return ((this.before + this.now) * ms) / (RATE_STRETCH_MS + performance.now() - this.since);
  }

  add(): void {
    this.turn();
    this.now += 1;
  }

  private turn(): void {
    const passed = performance.now() - this.since;
    if (passed < RATE_STRETCH_MS) return;
    this.before = passed < 2 * RATE_STRETCH_MS ? this.now : 0;
    this.now = 0;
    this.since = performance.now();
  }
}

/** The calls to the provider that this process has in the air, from their begin to their settlement. */
@Injectable()
export class Calls {
  private readonly inFlight = new Set<Call>();
  private promised = 0;
  /** Of those who wait for room, whenever there is more of it. */
  private readonly looks = new Set<() => void>();
  private readonly ended = new Rate();

  constructor(
    private readonly whatsApp: WhatsAppService,
    private readonly settler: Settler,
    private readonly consequences: Consequences,
    private readonly traces: MessageTraces,
    private readonly logger: Logger,
  ) {}

  /** Calls that may begin besides those that are in the air or promised. */
  private get free(): number {
    return Math.max(0, PROVIDER_CONNECTIONS + this.ahead - this.inFlight.size - this.promised);
  }

  private get ahead(): number {
    return Math.min(MOST_AHEAD, Math.ceil(this.ended.in(AHEAD_MS)));
  }

  hasRoom(): boolean {
    return this.inFlight.size < MOST_IN_FLIGHT;
  }

  /** Keeps room for up to `wanted` calls that begin at once. */
  promise(wanted: number): Room {
    const granted = Math.min(wanted, this.free);
    this.promised += granted;
    return new Room(granted, (calls) => {
      this.promised -= calls;
      this.lookForRoom();
    });
  }

  /**
   * Waits until there is room that is worth a claim: for `least` calls, and for most of those that will wait for a
   * connection, so that statements are few. False when that takes longer than such a call waits.
   */
  async waitForRoom(least: number): Promise<boolean> {
    const isEnough = (): boolean => this.free >= Math.max(least, this.ahead * (1 - STILL_AHEAD));
    if (isEnough()) return true;
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.looks.delete(look);
        resolve(isEnough());
      };
      const look = (): void => {
        if (isEnough()) end();
      };
      const timer = setTimeout(end, AHEAD_MS);
      this.looks.add(look);
    });
  }

  /** Calls begin in a moment, and have no time to wait for a connection. */
  prepare(): void {
    // What is wrong, the calls themselves will tell.
    this.whatsApp.prepareToSend().catch(() => undefined);
  }

  /** Calls the provider now; how the call ends is recorded in the background. */
  begin(call: Call): void {
    this.inFlight.add(call);
    // Not async, nor what follows: there are thousands a second, and each promise that is waited for makes another one.
    try {
      this.traces.called(call, this.send).then(
        (outcome) => this.end(call, outcome),
        (error: unknown) => this.giveUp(call, error),
      );
    } catch (error) {
      this.giveUp(call, error);
    }
  }

  /** Waits for the calls in the air and writes how they ended. */
  async finish(): Promise<void> {
    while (this.inFlight.size > 0) await sleep(FINISH_POLL_MS);
    await this.settler.drain();
  }

  private readonly send = ({ message, context, mayStart }: Call): Promise<SendOutcome> => {
    const { integration, template, metaTemplate } = context;
    return this.whatsApp.sendTemplate(integration.id, {
      to: message.address,
      templateName: template.metaName,
      languageCode: template.language,
      parameters: message.parameters,
      metaTemplate,
      callbackData: callbackDataOf(message.id),
      mayStart,
    });
  };

  private end(call: Call, outcome: SendOutcome): void {
    try {
      const consequence = this.record(outcome, call);
      if (consequence && !this.consequences.passesAsRoutine(consequence, call.context))
        void this.draw(call, consequence);
      else this.forget(call);
    } catch (error) {
      this.giveUp(call, error);
    }
  }

  private async draw(call: Call, consequence: Consequence): Promise<void> {
    try {
      await this.consequences.draw(consequence, call.context, call.message);
      this.forget(call);
    } catch (error) {
      this.giveUp(call, error);
    }
  }

  /** The row stays in calling and becomes ambiguous when its lease ends: never sent twice. */
  private giveUp(call: Call, error: unknown): void {
    this.logger.error({ err: error, messageId: call.message.id }, 'could not record how a call ended');
    this.forget(call);
  }

  private forget(call: Call): void {
    this.inFlight.delete(call);
    this.ended.add();
    this.lookForRoom();
  }

  private lookForRoom(): void {
    for (const look of this.looks) look();
  }

  private record(outcome: SendOutcome, call: Call): Consequence | undefined {
    const { message, claimToken } = call;
    const { fate, consequence } = reactTo(outcome, message.attempts);
    const { id } = message;
    if (fate.kind === 'settle') {
      const { disposition, detail } = fate;
      this.traces.settled(call, disposition);
      this.settler.settle({ id, claimToken, disposition, detail, ...provenBy(outcome) });
    } else {
      const attempts = fate.countsAsAttempt ? 1 : 0;
      this.settler.requeue({ id, claimToken, delayMs: fate.delayMs, attempts });
    }
    return consequence;
  }
}

function provenBy(outcome: SendOutcome): { wamid?: string } & Partial<ProviderEvidence> {
  if (outcome.kind === 'accepted') return { wamid: outcome.wamid };
  if (outcome.kind === 'not-sent' || outcome.kind === 'withheld') return {};
  return evidenceOf(outcome.error);
}
