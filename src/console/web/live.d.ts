export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'signed-out' | 'stopped';

export interface LiveFrame {
  topicName: string;
  eventBody: Record<string, unknown>;
  metadata?: { eventId?: string };
}

export interface RejectedTopic {
  id: string;
  rejectionReason?: string;
  missingPermissions?: string[];
}

export interface LiveSocket {
  onopen: unknown;
  onmessage: unknown;
  onclose: unknown;
  onerror: unknown;
  send(text: string): void;
  close(): void;
}

export interface LiveOutside {
  api(path: string, request?: { method?: string; body?: unknown }): Promise<unknown>;
  openSocket(uri: string): LiveSocket;
  onState(state: LiveState): void;
  onEvent(frame: LiveFrame): void;
  onRejected(topics: RejectedTopic[]): void;
  onReturn(): void;
}

export declare class LiveChannel {
  readonly state: LiveState;
  constructor(outside: LiveOutside);
  follow(topics: Iterable<string>): Promise<void>;
  retryNow(): void;
  stop(): void;
}
