export type { EventCategory, EventCode, EventLevel } from './event-codes.js';
export type { EventEntity } from './event-entity.js';
export { EventLogModule } from './event-log.module.js';
export { EventLog, type OutboundEvent } from './event-log.service.js';
export { EventLogWorkerModule } from './event-log.worker.module.js';
