import { Injectable } from '@nestjs/common';
import { DiscoveryService, HttpAdapterHost } from '@nestjs/core';
import Bull from 'bull';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import { addGauge, type MetricRow, ProcessMetrics } from '../../../platform/metrics/process-metrics.js';
import { INSTALLATION_METRICS } from './installation-metrics.js';

/** The figures of the installation together with those of this process and its HTTP server. */
@Injectable()
export class Metrics {
  constructor(
    private readonly dataSource: DataSource,
    private readonly discovery: DiscoveryService,
    private readonly process: ProcessMetrics,
    host: HttpAdapterHost,
  ) {
    for (const { sql, ...metric } of INSTALLATION_METRICS)
      addGauge(this.process.installation, metric, () => this.dataSource.query(sql));
    const queue = {
      name: 'depesche_queue_jobs',
      help: 'Jobs of a queue by state',
      labels: ['queue', 'state'],
    };
    addGauge(this.process.installation, queue, () => this.queueDepths());
    // A worker has no HTTP server.
    if (host.httpAdapter) this.observe(host.httpAdapter.getInstance<FastifyInstance>());
  }

  get contentType(): string {
    return this.process.registry.contentType;
  }

  /** The text format of Prometheus. */
  text(): Promise<string> {
    return Registry.merge([this.process.installation, this.process.registry]).metrics();
  }

  // The route's template, never its path: ids would make a series each.
  private observe(fastify: FastifyInstance): void {
    const seconds = this.process.histogram({
      name: 'depesche_http_request_seconds',
      help: 'Time that HTTP requests took',
      labels: ['method', 'route', 'status'],
    });
    fastify.addHook('onResponse', (request, reply, done) => {
      const { url: route = 'none' } = request.routeOptions;
      const labels = { method: request.method, route, status: reply.statusCode };
      seconds.observe(labels, reply.elapsedTime / 1000);
      done();
    });
  }

  private async queueDepths(): Promise<MetricRow[]> {
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
}
