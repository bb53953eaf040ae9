import { Injectable } from '@nestjs/common';
import { RepeatingWork } from '../../../platform/queue/repeating-work.js';
import { SequenceRunner } from './sequence-runner.service.js';

/** Looks once a second for campaigns whose turn it is; where there are none that costs one statement. */
@Injectable()
export class SequenceWorker extends RepeatingWork {
  protected readonly everyMs = 1_000;

  constructor(private readonly runner: SequenceRunner) {
    super();
  }

  protected work(): Promise<void> {
    return this.runner.run();
  }
}
