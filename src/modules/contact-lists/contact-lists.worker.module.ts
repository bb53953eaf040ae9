import { Module } from '@nestjs/common';
import { ContactBulkRunner } from './bulk/contact-bulk-runner.js';
import { ContactBulkProcessor } from './bulk/contact-bulk.processor.js';
import { ContactBulkSweeper } from './bulk/contact-bulk.sweeper.js';
import { ContactListsModule } from './contact-lists.module.js';
import { ContactExpiry } from './retention/contact-expiry.js';

/** What worker processes do for contact lists: bulk jobs, and deleting what has expired. */
@Module({
  imports: [ContactListsModule],
  providers: [ContactBulkProcessor, ContactBulkRunner, ContactBulkSweeper, ContactExpiry],
})
export class ContactListsWorkerModule {}
