export { HeldRecipients } from './opt-outs/held-recipients.service.js';
export { DncListsModule } from './dnc-lists.module.js';
export { type OptOutSignal } from './opt-outs/opt-out-signal.js';
export { readOptOut } from './opt-outs/opt-out-words.js';
export { OptOuts } from './opt-outs/opt-outs.service.js';
export { DncListsWorkerModule } from './dnc-lists.worker.module.js';
export { type CampaignDncList, DncListsService } from './dnc-lists.service.js';
export { DncAppends } from './dnc-appends.service.js';
