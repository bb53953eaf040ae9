import http from 'node:http';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config/config.js';
import { isScraper } from './metrics-token.js';
import { ProcessMetrics } from './process-metrics.js';

/** Lets Prometheus scrape a worker, which has no API, on a port of its own (METRICS_PORT). */
@Injectable()
export class MetricsServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private server: http.Server | undefined;

  constructor(
    private readonly config: Config,
    private readonly metrics: ProcessMetrics,
  ) {}

  /** Fails the start when the port is taken. */
  async onApplicationBootstrap(): Promise<void> {
    const { processRole, metricsPort, host } = this.config;
    if (processRole !== 'worker' || metricsPort === undefined) return;
    const server = http.createServer((request, response) => void this.answer(request, response));
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(metricsPort, host, resolve);
    });
  }

  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { registry } = this.metrics;
    if (request.method !== 'GET' || request.url !== '/metrics') return void response.writeHead(404).end();
    if (!isScraper(request.headers.authorization, this.config.metricsToken!)) {
      return void response.writeHead(401).end();
    }
    const text = await registry.metrics();
    response.writeHead(200, { 'content-type': registry.contentType }).end(text);
  }
}
