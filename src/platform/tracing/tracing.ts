import {
  type Attributes,
  type Context,
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
} as const;

/** Ids that are known beforehand, so that processes which never talk to each other write into one trace. */
export interface FixedIds {
  /** 32 hexadecimal digits. */
  traceId: string;
  /** 16 hexadecimal digits. */
  spanId: string;
}

export interface SpanOptions {
  name: string;
  kind?: keyof typeof KINDS;
  /** Ids and codes; never a telephone number, a token or a text of a message. */
  attributes?: Attributes;
}

export interface PastSpan extends SpanOptions {
  /** It has these ids itself. */
  ids?: FixedIds;
  /** The span with these ids is its parent. */
  parent?: FixedIds;
  startedAt: number;
  endedAt: number;
}

/** What writes traces, when they are on. */
export interface TraceWriter {
  tracer: Tracer;
  /** The next span gets these ids. */
  fixIds(ids: FixedIds): void;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** Traces of OpenTelemetry, or nothing at all while they are off. */
export class Tracing {
  constructor(private readonly writer?: TraceWriter) {}

  get isOn(): boolean {
    return this.writer !== undefined;
  }

  /** Does `work` as a span below the running one; what it throws marks the span and goes on. */
  within<T>(options: SpanOptions, work: () => Promise<T>): Promise<T> {
    if (!this.writer) return work();
    const { name, kind = 'internal', attributes } = options;
    return this.writer.tracer.startActiveSpan(name, { kind: KINDS[kind], attributes }, async (span) => {
      try {
        return await work();
      } catch (error) {
        span.setStatus({
          code: SpanStatusCode.ERROR,
          message: error instanceof Error ? error.name : undefined,
        });
        throw error;
      } finally {
        span.end();
      }
    });
  }

  /** Begins a span that others go on below, until `end`; in the trace that the headers name, if they do. */
  begin(options: SpanOptions, headers: object = {}): OpenSpan | undefined {
    if (!this.writer) return undefined;
    const { name, kind = 'internal', attributes } = options;
    const outside = propagation.extract(context.active(), headers);
    const span = this.writer.tracer.startSpan(name, { kind: KINDS[kind], attributes }, outside);
    return {
      run: (work) => context.with(trace.setSpan(outside, span), work),
      end: (more, isError) => {
        span.setAttributes(more);
        if (isError) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  }

  /** Writes a span that is over already. The running one is linked to it. */
  write({ name, kind = 'internal', attributes, ids, parent, startedAt, endedAt }: PastSpan): void {
    if (!this.writer) return;
    const running = trace.getSpanContext(context.active());
    if (ids) this.writer.fixIds(ids);
    this.writer.tracer
      .startSpan(
        name,
        {
          kind: KINDS[kind],
          attributes,
          root: parent === undefined,
          startTime: startedAt,
          links: running ? [{ context: running }] : [],
        },
        parent && below(parent),
      )
      .end(endedAt);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.writer?.close();
  }
}

/** A span that was begun. */
export interface OpenSpan {
  run(work: () => void): void;
  end(attributes: Attributes, isError: boolean): void;
}

function below({ traceId, spanId }: FixedIds): Context {
  return trace.setSpanContext(context.active(), { traceId, spanId, traceFlags: 1, isRemote: true });
}
