import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { WebSocket } from 'ws';
import { Logger } from '../../../platform/logging/logger.js';
import { StandingRightsFinder } from '../../access/index.js';
import { type Channel, ChannelsRepository } from '../channels/channels.repository.js';
import { LiveConnection } from './live-connection.js';
import { isNotAfter, LiveStream, type StoredEntry } from './live-stream.js';

const RETRY_MS = 500;
/** Rights that were changed this long ago are obeyed. */
const VERSION_KNOWN_MS = 1_000;

/** The sockets of this process: hands each what happens, as far as it is subscribed and its owner may know. */
@Injectable()
export class LiveConnections implements OnModuleDestroy {
  private readonly connections = new Map<string, LiveConnection>();
  private cursor: string | undefined;
  private following: Promise<void> | undefined;
  private stopped = false;
  private version: { at: number; value: Promise<string> } | undefined;

  constructor(
    private readonly channels: ChannelsRepository,
    private readonly rights: StandingRightsFinder,
    private readonly stream: LiveStream,
    private readonly logger: Logger,
  ) {}

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    for (const connection of this.connections.values()) connection.close('goingAway');
    await this.following;
  }

  all(): LiveConnection[] {
    return [...this.connections.values()];
  }

  /** To be awaited before a socket is opened, so that nothing that happens from then on is missed. */
  async ready(): Promise<void> {
    this.cursor ??= await this.stream.end();
    this.following ??= this.follow();
  }

  /**
   * Serves the socket from now on; an older one of the same channel is closed.
   * @param after id of the last event that the client knows, to be told first what happened since
   */
  add(channel: Channel, socket: WebSocket, after: string | undefined): void {
    this.connections.get(channel.id)?.close('replaced');
    const connection = new LiveConnection(channel, socket);
    this.connections.set(channel.id, connection);
    socket.on('pong', () => (connection.isAlive = true));
    socket.on('message', (data: Buffer) => answerPing(connection, data));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      if (this.connections.get(channel.id) === connection) this.connections.delete(channel.id);
    });
    this.within(connection, () => this.reload(connection));
    if (after) this.within(connection, () => this.resume(connection, after));
  }

  /** Does `work` on the connection in its turn, with its rights up to date. */
  within(connection: LiveConnection, work: () => Promise<void> | void): void {
    connection.enqueue(
      async () => {
        await this.refreshRights(connection);
        await work();
      },
      (error) => this.logger.warn({ err: error, channelId: connection.channel.id }, 'live events were lost'),
    );
  }

  /** Reads again what the channel is subscribed to; closes the connection when the channel is gone. */
  async reload(connection: LiveConnection): Promise<void> {
    const { id } = connection.channel;
    if (!(await this.channels.find(id)) || !connection.rights) return connection.close('channelGone');
    connection.topics = new Set(await this.channels.findTopics(id));
  }

  private async follow(): Promise<void> {
    while (!this.stopped) {
      try {
        const entries = await this.stream.next(this.cursor!);
        if (entries.length === 0) continue;
        this.cursor = entries.at(-1)!.id;
        for (const connection of this.connections.values()) {
          this.within(connection, () => this.deliver(connection, entries));
        }
      } catch (error) {
        if (this.stopped) return;
        this.logger.debug({ err: error }, 'could not read live events; trying again');
        await sleep(RETRY_MS);
      }
    }
  }

  private async resume(connection: LiveConnection, after: string): Promise<void> {
    const { entries, isComplete } = await this.stream.since(after);
    if (!isComplete) connection.send('channel.metadata', { message: 'Events may be missing' });
    await this.deliver(connection, entries);
  }

  private async deliver(connection: LiveConnection, entries: readonly StoredEntry[]): Promise<void> {
    for (const entry of entries) {
      if (isNotAfter(entry.id, connection.lastId)) continue;
      connection.lastId = entry.id;
      if (entry.type === 'channel') {
        if (entry.channelId === connection.channel.id) await this.reload(connection);
        continue;
      }
      const names = entry.topics.filter((topic) => connection.topics.has(topic));
      if (names.length === 0 || !connection.may(entry.permissions, entry.divisionId)) continue;
      if (entry.subjectId !== undefined && entry.subjectId !== connection.channel.subjectId) continue;
      for (const name of names) connection.send(name, entry.body, { eventId: entry.id });
    }
  }

  private async refreshRights(connection: LiveConnection): Promise<void> {
    if (connection.rights && connection.rights.version === (await this.currentVersion())) return;
    connection.rights = await this.rights.find(connection.channel);
    if (!connection.rights) connection.close('channelGone');
  }

  private currentVersion(): Promise<string> {
    const now = performance.now();
    if (!this.version || now - this.version.at > VERSION_KNOWN_MS) {
      this.version = { at: now, value: this.rights.version() };
    }
    return this.version.value;
  }
}

// The client's own sign of life, which Genesys Cloud answers the same way.
function answerPing(connection: LiveConnection, data: Buffer): void {
  connection.isAlive = true;
  if (/^\s*\{\s*"message"\s*:\s*"ping"\s*\}\s*$/u.test(data.toString())) {
    connection.send('channel.metadata', { message: 'pong' });
  }
}
