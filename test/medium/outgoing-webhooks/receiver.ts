import { createHmac } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

interface Received {
  id: string;
  signatures: string[];
  timestamp: number;
  text: string;
  body: { type: string; timestamp: string; data: { events: Record<string, unknown>[] } };
}

/** A program that takes webhooks, as an integrator would write it; it answers what the test wants. */
export class Receiver {
  readonly received: Received[] = [];
  /** Statuses of the next answers; then 200. */
  readonly answers: number[] = [];
  private readonly server = http.createServer((request, response) => void this.take(request, response));

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((resolve) => receiver.server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  get events(): Record<string, unknown>[] {
    return this.received.flatMap(({ body }) => body.data.events ?? []);
  }

  /** Whether a delivery is signed with the secret (Standard Webhooks). */
  static isSigned({ id, timestamp, text, signatures }: Received, secret: string): boolean {
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${text}`).digest('base64');
    return signatures.includes(`v1,${expected}`);
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async take(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const header = (name: string): string => String(request.headers[name]);
    this.received.push({
      id: header('webhook-id'),
      timestamp: Number(header('webhook-timestamp')),
      signatures: header('webhook-signature').split(' '),
      text,
      body: JSON.parse(text) as Received['body'],
    });
    const status = this.answers.shift() ?? 200;
    response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('thanks');
  }
}
