import { Global, Module } from '@nestjs/common';
import { JobWatch } from './job-watch.js';
import { MetricsServer } from './metrics-server.js';
import { ProcessMetrics } from './process-metrics.js';

@Global()
@Module({ providers: [JobWatch, ProcessMetrics, MetricsServer], exports: [JobWatch, ProcessMetrics] })
export class MetricsModule {}
