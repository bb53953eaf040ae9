import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ContactUse } from '../contact-lists/index.js';

// By way of the runs of the list, of which few are active: messages are found by run and contact.
const inUse = (contact: string): string => `EXISTS (
  SELECT FROM campaign_runs use_run JOIN campaign_messages use_message
         ON use_message.run_id = use_run.id AND use_message.contact_seq = ${contact}.seq
   WHERE use_run.contact_list_id = ${contact}.contact_list_id AND use_run.state = 'active'
     AND use_message.state IN ('claimed', 'calling'))`;

/** A contact whose message is being sent is in use until the outcome is known. */
@Injectable()
export class ContactsInUse implements OnModuleInit {
  constructor(private readonly use: ContactUse) {}

  onModuleInit(): void {
    this.use.register({ contact: inUse });
  }
}
