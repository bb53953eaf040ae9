export {
  type AgentlessChange,
  type AgentlessOutlet,
  AgentlessOutlets,
} from './agentless/agentless-changes.js';
export { DispatchModule } from './dispatch.module.js';
export { DispatchWorkerModule } from './dispatch.worker.module.js';
export { DispatchProgress, type FateCount, type RunProgress } from './progress/dispatch-progress.js';
export { MessageChanges } from './progress/message-changes.js';
