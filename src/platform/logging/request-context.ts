import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

interface RequestContext {
  correlationId: string;
  /** Extra fields for every log line of this request or job. */
  fields: Record<string, unknown>;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` so that its log lines and error bodies carry this correlation id. */
export function withCorrelation<T>(id: string, fields: Record<string, unknown>, work: () => T): T {
  return storage.run({ correlationId: id, fields }, work);
}

/** Correlation id of the running request or job; a new one outside of both. */
export function correlationId(): string {
  return storage.getStore()?.correlationId ?? randomUUID();
}

/** What the running request or job adds to its log lines. */
export function contextFields(): Record<string, unknown> {
  const context = storage.getStore();
  return context ? { correlationId: context.correlationId, ...context.fields } : {};
}
