export { DispatchModule } from './dispatch.module.js';
export { DispatchWorkerModule } from './dispatch.worker.module.js';
export { DispatchProgress, type RunProgress } from './dispatch-progress.js';
