import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';

// The class of an event is its name.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type EventClass<E> = abstract new (...args: any[]) => E;
type Listener<E> = (event: E) => unknown;

/**
 * Tells floors above what happened, after the transaction has committed and within this process only.
 * A listener only enqueues: an event may be lost with its process, and a sweeper makes up for it.
 */
@Injectable()
export class EventBus {
  private readonly listeners = new Map<unknown, Listener<never>[]>();

  constructor(private readonly uow: UnitOfWork) {}

  /** Calls `listener` for every event of exactly this class. */
  on<E>(type: EventClass<E>, listener: Listener<E>): void {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
  }

  async publish(event: object): Promise<void> {
    for (const listener of this.listeners.get(event.constructor) ?? []) {
      await this.uow.afterCommit(() => (listener as Listener<object>)(event));
    }
  }
}
