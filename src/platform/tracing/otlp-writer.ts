import { setTimeout as sleep } from 'node:timers/promises';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  type IdGenerator,
  NodeTracerProvider,
  RandomIdGenerator,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import type { FixedIds, TraceWriter } from './tracing.js';

const EXPORT_TIMEOUT_MS = 3_000;

/** Random ids, except where somebody knows them beforehand. */
class SettableIds implements IdGenerator {
  private readonly random = new RandomIdGenerator();
  private next: Partial<FixedIds> = {};

  fix(ids: FixedIds): void {
    this.next = { ...ids };
  }

  generateTraceId(): string {
    const { traceId = this.random.generateTraceId() } = this.next;
    this.next.traceId = undefined;
    return traceId;
  }

  generateSpanId(): string {
    const { spanId = this.random.generateSpanId() } = this.next;
    this.next.spanId = undefined;
    return spanId;
  }
}

/**
 * Sends traces to a collector by OTLP over HTTP. Which are kept is decided by the id of the trace alone, so that all
 * processes decide alike.
 */
export function createOtlpWriter(options: { endpoint: string; ratio: number; role: string }): TraceWriter {
  const ids = new SettableIds();
  const exporter = new OTLPTraceExporter({
    url: `${options.endpoint}/v1/traces`,
    timeoutMillis: EXPORT_TIMEOUT_MS,
  });
  const provider = new NodeTracerProvider({
    idGenerator: ids,
    sampler: new TraceIdRatioBasedSampler(options.ratio),
    resource: resourceFromAttributes({ 'service.name': 'depesche', 'depesche.role': options.role }),
    spanProcessors: [
      new BatchSpanProcessor(exporter, {
        scheduledDelayMillis: 1_000,
        maxQueueSize: 16_384,
        maxExportBatchSize: 512,
      }),
    ],
  });
  provider.register();
  return {
    tracer: provider.getTracer('depesche'),
    fixIds: (fixed) => ids.fix(fixed),
    // A collector that is away must not hold up the end of a process.
    close: () => Promise.race([provider.shutdown(), sleep(EXPORT_TIMEOUT_MS)]).catch(() => undefined),
  };
}
