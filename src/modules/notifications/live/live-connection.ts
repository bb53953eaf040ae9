import type { WebSocket } from 'ws';
import { type DivisionScope, isInScope, type Permission, type StandingRights } from '../../access/index.js';
import type { Channel } from '../channels/channels.repository.js';

/** More than this that the client has not taken means that it will not keep up. */
const MAX_UNSENT_BYTES = 4 * 1024 * 1024;
const MAX_WAITING = 1_000;

/** Codes with which sockets are closed, besides those of the protocol. */
export const CLOSE_CODES = { goingAway: 1001, tooSlow: 1013, replaced: 4000, channelGone: 4001 } as const;

/** A socket of a channel: what it listens to, what it may know, and what it has been told. */
export class LiveConnection {
  topics: ReadonlySet<string> = new Set();
  rights: StandingRights | undefined;
  isAlive = true;
  /** The newest entry of the stream that this connection has seen. */
  lastId = '0-0';
  private readonly lastStates = new Map<string, string>();
  private chain = Promise.resolve();
  private waiting = 0;

  constructor(
    readonly channel: Channel,
    private readonly socket: WebSocket,
  ) {}

  /** Does `work` when everything before it is done. A client that makes too much wait is given up. */
  enqueue(work: () => Promise<void>, onError: (error: unknown) => void): void {
    if (++this.waiting > MAX_WAITING) return this.close('tooSlow');
    this.chain = this.chain
      .then(work)
      .catch(onError)
      .finally(() => void this.waiting--);
  }

  /** Whether the owner of the channel may know what happens in that division, or what belongs to none. */
  may(permissions: readonly Permission[], divisionId: string | undefined): boolean {
    const { rights } = this;
    return (
      rights !== undefined && permissions.every((permission) => reaches(rights.scope(permission), divisionId))
    );
  }

  /** Sends a frame (Genesys Cloud API, notifications: frames). */
  send(topicName: string, eventBody: object, metadata?: object): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (this.socket.bufferedAmount > MAX_UNSENT_BYTES) return this.close('tooSlow');
    this.socket.send(JSON.stringify({ topicName, version: '2', eventBody, metadata }));
  }

  /** Sends how something stands, unless that is what was sent last. */
  sendState(topicName: string, state: object): void {
    const text = JSON.stringify(state);
    if (this.lastStates.get(topicName) === text) return;
    this.lastStates.set(topicName, text);
    this.send(topicName, state);
  }

  /** Asks the client for a sign of life, and tells it that there is one here. False when it gave none since. */
  beat(): boolean {
    if (!this.isAlive) {
      this.socket.terminate();
      return false;
    }
    this.isAlive = false;
    this.socket.ping();
    this.send('channel.metadata', { message: 'WebSocket Heartbeat' });
    return true;
  }

  close(why: keyof typeof CLOSE_CODES): void {
    this.socket.close(CLOSE_CODES[why], why);
    setTimeout(() => this.socket.terminate(), 500).unref();
  }
}

function reaches(scope: DivisionScope, divisionId: string | undefined): boolean {
  if (divisionId !== undefined) return isInScope(scope, divisionId);
  return scope.kind === 'all' || scope.ids.length > 0;
}
