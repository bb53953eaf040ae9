import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { DataSource } from 'typeorm';

export interface MetricDefinition {
  name: string;
  help: string;
  labels?: string[];
}

export type MetricRow = Record<string, string | number>;

/** Seconds that HTTP requests and jobs take. */
const DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The figures of this process, whichever role it has: memory, event loop, database pool, and what modules add. */
@Injectable()
export class ProcessMetrics {
  readonly registry = new Registry();
  /** Figures of all processes together, read from PostgreSQL and Redis; only processes with an API tell them. */
  readonly installation = new Registry();

  constructor(private readonly dataSource: DataSource) {
    collectDefaultMetrics({ register: this.registry });
    const pool = {
      name: 'depesche_pool_connections',
      help: 'Database connections of this process; waiting is who waits for one',
      labels: ['state'],
    };
    addGauge(this.registry, pool, () => Promise.resolve(this.poolUse()));
  }

  /** How long something takes, in seconds. */
  histogram({ name, help, labels = [] }: MetricDefinition, buckets = DEFAULT_BUCKETS): Histogram {
    return new Histogram({ name, help, labelNames: labels, buckets, registers: [this.registry] });
  }

  private poolUse(): MetricRow[] {
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

/** Adds a figure that is read at each scrape: a row per series, `value` and the labels as its fields. */
export function addGauge(
  registry: Registry,
  { name, help, labels = [] }: MetricDefinition,
  read: () => Promise<MetricRow[]>,
): void {
  new Gauge({
    name,
    help,
    labelNames: labels,
    registers: [registry],
    async collect() {
      const rows = await read();
      this.reset();
      for (const { value, ...labelled } of rows) this.set(labelled, Number(value));
    },
  });
}
