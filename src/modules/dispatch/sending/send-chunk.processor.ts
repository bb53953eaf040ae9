import { Process, Processor } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Job } from 'bull';
import { JobProcessor } from '../../../platform/queue/job-processor.js';
import { SEND_CHUNK_QUEUE } from '../dispatch.queues.js';
import type { ChunkJob } from '../doorbell.js';
import { ChunkSender } from './chunk-sender.js';

@Injectable()
@Processor(SEND_CHUNK_QUEUE)
export class SendChunkProcessor extends JobProcessor {
  constructor(private readonly sender: ChunkSender) {
    super();
  }

  @Process({ concurrency: 50 })
  send(job: Job<ChunkJob>): Promise<void> {
    const { campaignId, runId } = job.data;
    return this.within(job, { campaignId, runId }, () => this.sender.send(job.data));
  }
}
