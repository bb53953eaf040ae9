import { once } from 'node:events';
import WebSocket from 'ws';
import { eventually } from './eventually.js';

export interface Frame {
  topicName: string;
  version: string;
  eventBody: Record<string, unknown>;
  metadata?: { eventId: string };
}

/** A real WebSocket client that remembers every frame. */
export class LiveClient {
  readonly frames: Frame[] = [];
  closedWith: number | undefined;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.frames.push(JSON.parse(data.toString()) as Frame));
    socket.on('close', (code) => (this.closedWith = code));
  }

  static async open(uri: string): Promise<LiveClient> {
    const client = new LiveClient(new WebSocket(uri));
    await once(client.socket, 'open');
    return client;
  }

  /** Status with which the server refuses to open the socket. */
  static async refusal(uri: string): Promise<number | undefined> {
    const socket = new WebSocket(uri);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode?: number }];
    socket.on('error', () => undefined);
    socket.terminate();
    return response.statusCode;
  }

  of(topicName: string): Frame[] {
    return this.frames.filter((frame) => frame.topicName === topicName);
  }

  /** The first frame of the topic that passes. */
  until(topicName: string, test: (body: Record<string, unknown>) => boolean = () => true): Promise<Frame> {
    return eventually(`a frame of ${topicName}`, () =>
      Promise.resolve(this.of(topicName).find(({ eventBody }) => test(eventBody))),
    );
  }

  async untilClosed(): Promise<number> {
    await eventually('the end of the socket', () => Promise.resolve(this.closedWith !== undefined));
    return this.closedWith!;
  }
}
