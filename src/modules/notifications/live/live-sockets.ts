import { timingSafeEqual } from 'node:crypto';
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { isUUID } from 'class-validator';
import { WebSocketServer } from 'ws';
import { Logger } from '../../../platform/logging/logger.js';
import { type Channel, ChannelsRepository } from '../channels/channels.repository.js';
import { SOCKETS_PATH } from '../channels/channels.service.js';
import { LiveConnections } from './live-connections.js';

/** Clients only ever send signs of life. */
const MAX_FRAME_BYTES = 4_096;
const EVENT_ID = /^\d{1,16}-\d{1,10}$/u;

/** Opens WebSockets on the port of the API for whoever knows the address of a channel. */
@Injectable()
export class LiveSockets implements OnApplicationBootstrap {
  private readonly server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_FRAME_BYTES,
  });

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly channels: ChannelsRepository,
    private readonly connections: LiveConnections,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    // A worker serves no HTTP.
    const http = this.host.httpAdapter?.getHttpServer() as Server | undefined;
    http?.on('upgrade', (request, socket, head) => void this.open(request, socket, head));
  }

  private async open(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const drop = (): void => void socket.destroy();
    socket.on('error', drop);
    try {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
      const channel = await this.find(pathname, searchParams.get('token') ?? '');
      if (!channel) return refuse(socket, 404);
      const after = searchParams.get('after') ?? undefined;
      if (after !== undefined && !EVENT_ID.test(after)) return refuse(socket, 400);
      await this.channels.touch(channel.id);
      await this.connections.ready();
      socket.off('error', drop);
      this.server.handleUpgrade(request, socket, head, (client) => {
        this.connections.add(channel, client, after);
      });
    } catch (error) {
      this.logger.warn({ err: error }, 'a notification channel could not be opened');
      refuse(socket, 503);
    }
  }

  private async find(pathname: string, token: string): Promise<Channel | undefined> {
    const [base, id] = [pathname.slice(0, SOCKETS_PATH.length), pathname.slice(SOCKETS_PATH.length + 1)];
    if (base !== SOCKETS_PATH || !isUUID(id, 'loose')) return undefined;
    const channel = await this.channels.find(id);
    const [expected, given] = [Buffer.from(channel?.connectToken ?? ''), Buffer.from(token)];
    const isRight = expected.length === given.length && timingSafeEqual(expected, given);
    return isRight ? channel : undefined;
  }
}

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
