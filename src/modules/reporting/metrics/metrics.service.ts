import { Injectable } from '@nestjs/common';
import { DiscoveryService, HttpAdapterHost } from '@nestjs/core';
import Bull from 'bull';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import { INSTALLATION_METRICS } from './installation-metrics.js';

/** The figures of the installation, and of the HTTP server, event loop and pool of this process. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  constructor(
    private readonly dataSource: DataSource,
    private readonly discovery: DiscoveryService,
    host: HttpAdapterHost,
  ) {
    collectDefaultMetrics({ register: this.registry });
    for (const { sql, ...metric } of INSTALLATION_METRICS)
      this.gauge(metric, () => this.dataSource.query(sql));
    const queue = {
      name: 'depesche_queue_jobs',
      help: 'Jobs of a queue by state',
      labels: ['queue', 'state'],
    };
    this.gauge(queue, () => this.queueDepths());
    const pool = {
      name: 'depesche_pool_connections',
      help: 'Database connections of this process; waiting is who waits for one',
      labels: ['state'],
    };
    this.gauge(pool, () => Promise.resolve(this.poolUse()));
    // A worker has no HTTP server.
    if (host.httpAdapter) this.observe(host.httpAdapter.getInstance<FastifyInstance>());
  }

  private gauge(
    { name, help, labels }: { name: string; help: string; labels: string[] },
    read: () => Promise<Record<string, string | number>[]>,
  ): void {
    new Gauge({
      name,
      help,
      labelNames: labels,
      registers: [this.registry],
      async collect() {
        const rows = await read();
        this.reset();
        for (const { value, ...labelled } of rows) this.set(labelled, Number(value));
      },
    });
  }

  // The route's template, never its path: ids would make a series each.
  private observe(fastify: FastifyInstance): void {
    const seconds = new Histogram({
      name: 'depesche_http_request_seconds',
      help: 'Time that HTTP requests took',
      labelNames: ['method', 'route', 'status'],
      registers: [this.registry],
    });
    fastify.addHook('onResponse', (request, reply, done) => {
      const { url: route = 'none' } = request.routeOptions;
      const labels = { method: request.method, route, status: reply.statusCode };
      seconds.observe(labels, reply.elapsedTime / 1000);
      done();
    });
  }

  private async queueDepths(): Promise<Record<string, string | number>[]> {
    const instances = this.discovery.getProviders().map(({ instance }) => instance as unknown);
    const queues = new Set(instances.filter((instance): instance is Bull.Queue => instance instanceof Bull));
    const depths = await Promise.all(
      [...queues].map(async (queue) => {
        const { waiting, active, delayed, failed } = await queue.getJobCounts();
        return Object.entries({ waiting, active, delayed, failed }).map(([state, value]) => ({
          queue: queue.name,
          state,
          value,
        }));
      }),
    );
    return depths.flat();
  }

  private poolUse(): Record<string, string | number>[] {
    const { master } = this.dataSource.driver as unknown as {
      master: { totalCount: number; idleCount: number; waitingCount: number };
    };
    return [
      { state: 'busy', value: master.totalCount - master.idleCount },
      { state: 'idle', value: master.idleCount },
      { state: 'waiting', value: master.waitingCount },
    ];
  }
}
