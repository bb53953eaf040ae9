import { Global, Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Tracing } from './tracing.js';

/** Traces, if OTEL_EXPORTER_OTLP_ENDPOINT asks for them; else not even their library is loaded. */
@Global()
@Module({
  providers: [
    {
      provide: Tracing,
      inject: [Config],
      useFactory: async ({ tracesEndpoint, tracesRatio, processRole }: Config) => {
        if (!tracesEndpoint) return new Tracing();
        const { createOtlpWriter } = await import('./otlp-writer.js');
        return new Tracing(
          createOtlpWriter({ endpoint: tracesEndpoint, ratio: tracesRatio, role: processRole }),
        );
      },
    },
  ],
  exports: [Tracing],
})
export class TracingModule {}
