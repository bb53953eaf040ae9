import { Controller, Get, Headers, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Config } from '../../../platform/config/config.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import { Public } from '../../../platform/http/public.decorator.js';
import { isScraper } from '../../../platform/metrics/metrics-token.js';
import { Metrics } from './metrics.service.js';

/** For Prometheus, which has a token of its own; without METRICS_TOKEN the route is as if it did not exist. */
@ApiExcludeController()
@Controller('metrics')
@Public()
export class MetricsController {
  constructor(
    private readonly config: Config,
    private readonly metrics: Metrics,
  ) {}

  /** The text format of Prometheus. 404 while closed, 401 without the right bearer token. */
  @Get()
  async scrape(
    @Headers('authorization') authorization: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { metricsToken } = this.config;
    if (!metricsToken)
      throw new ApiError('not-found', 'not.found', 'Metrics are off; METRICS_TOKEN turns them on.');
    if (!isScraper(authorization, metricsToken))
      throw new ApiError(
        'unauthenticated',
        'bad.credentials',
        'The metrics need the token of METRICS_TOKEN.',
      );
    void reply.header('content-type', this.metrics.contentType);
    return this.metrics.text();
  }
}
