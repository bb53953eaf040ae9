import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ContactUse } from '../contact-lists/index.js';

/** A contact list is in use while a campaign names it; the foreign key says the same. */
@Injectable()
export class ListsInUse implements OnModuleInit {
  constructor(private readonly use: ContactUse) {}

  onModuleInit(): void {
    this.use.register({
      list: (list) => `EXISTS (SELECT FROM messaging_campaigns u WHERE u.contact_list_id = ${list}.id)`,
    });
  }
}
