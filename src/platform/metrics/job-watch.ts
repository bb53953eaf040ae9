import { Injectable } from '@nestjs/common';
import type { Histogram } from 'prom-client';
import { ProcessMetrics } from './process-metrics.js';

/** How long jobs take and how they end. */
@Injectable()
export class JobWatch {
  private readonly seconds: Histogram;

  constructor(metrics: ProcessMetrics) {
    this.seconds = metrics.histogram({
      name: 'depesche_job_seconds',
      help: 'Time that jobs of a queue took in this process',
      labels: ['queue', 'result'],
    });
  }

  async job(queue: string, work: () => Promise<void>): Promise<void> {
    const startedAt = performance.now();
    let result = 'failed';
    try {
      await work();
      result = 'done';
    } finally {
      this.seconds.observe({ queue, result }, (performance.now() - startedAt) / 1_000);
    }
  }
}
