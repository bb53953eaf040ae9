export { DncListsModule } from './dnc-lists.module.js';
export { DncListsWorkerModule } from './dnc-lists.worker.module.js';
export { type CampaignDncList, DncListsService } from './dnc-lists.service.js';
