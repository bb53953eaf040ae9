import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import Bull from 'bull';
import { Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import { addGauge, type MetricRow, ProcessMetrics } from '../../../platform/metrics/process-metrics.js';
import { INSTALLATION_METRICS } from './installation-metrics.js';

/** The figures of the installation together with those of this process. */
@Injectable()
export class Metrics {
  constructor(
    private readonly dataSource: DataSource,
    private readonly discovery: DiscoveryService,
    private readonly process: ProcessMetrics,
  ) {
    for (const { sql, ...metric } of INSTALLATION_METRICS)
      addGauge(this.process.installation, metric, () => this.dataSource.query(sql));
    const queue = {
      name: 'depesche_queue_jobs',
      help: 'Jobs of a queue by state',
      labels: ['queue', 'state'],
    };
    addGauge(this.process.installation, queue, () => this.queueDepths());
  }

  get contentType(): string {
    return this.process.registry.contentType;
  }

  /** The text format of Prometheus. */
  text(): Promise<string> {
    return Registry.merge([this.process.installation, this.process.registry]).metrics();
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
