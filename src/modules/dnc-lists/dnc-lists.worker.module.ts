import { Module } from '@nestjs/common';
import { DncExpiry } from './dnc-expiry.js';
import { DncListsModule } from './dnc-lists.module.js';

/** What worker processes do for DNC lists: delete entries that have expired. */
@Module({ imports: [DncListsModule], providers: [DncExpiry] })
export class DncListsWorkerModule {}
