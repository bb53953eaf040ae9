export { ApprovedTemplatesModule } from './approved-templates.module.js';
export { ApprovedTemplatesWorkerModule } from './approved-templates.worker.module.js';
