import { Module } from '@nestjs/common';
import { AccessModule } from './access.module.js';
import { IdempotencySweeper } from './idempotency/idempotency.sweeper.js';

/** What worker processes do for access: clear away what is no longer needed. */
@Module({ imports: [AccessModule], providers: [IdempotencySweeper] })
export class AccessWorkerModule {}
