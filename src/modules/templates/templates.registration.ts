import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DivisionedObjects } from '../access/index.js';

/** What the floors below know of response libraries: that they belong to divisions. */
@Injectable()
export class TemplatesRegistration implements OnModuleInit {
  constructor(private readonly objects: DivisionedObjects) {}

  onModuleInit(): void {
    this.objects.register({
      type: 'RESPONSELIBRARY',
      label: 'response libraries',
      editPermission: 'responses:library:edit',
      table: 'response_libraries',
      stamp: 'version = version + 1',
    });
  }
}
