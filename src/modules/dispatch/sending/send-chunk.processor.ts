import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { withCorrelation } from '../../../platform/logging/request-context.js';
import { SEND_CHUNK_QUEUE } from '../dispatch.queues.js';
import type { ChunkJob } from '../doorbell.js';
import { ChunkSender } from './chunk-sender.js';

@Processor(SEND_CHUNK_QUEUE)
export class SendChunkProcessor {
  constructor(private readonly sender: ChunkSender) {}

  @Process({ concurrency: 50 })
  send(job: Job<ChunkJob>): Promise<void> {
    const { campaignId, runId } = job.data;
    return withCorrelation(String(job.id), { campaignId, runId }, () => this.sender.send(job.data));
  }
}
