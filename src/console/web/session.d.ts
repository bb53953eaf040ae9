export declare class ApiProblem extends Error {
  readonly status: number;
  readonly code?: string;
  constructor(status: number, message: string, code?: string);
}

export interface SessionBrowser {
  location: { origin: string; search: string; assign(uri: string): void };
  history: { replaceState(data: unknown, unused: string, uri: string): void };
  storage: {
    getItem(key: string): string | null;
    setItem(key: string, value: string): void;
    removeItem(key: string): void;
  };
  crypto: Pick<Crypto, 'getRandomValues'> & { subtle?: SubtleCrypto };
  fetch(path: string, request: RequestInit): Promise<Response>;
}

export declare class Session {
  constructor(browser: SessionBrowser, onEnd?: () => void);
  readonly isSignedIn: boolean;
  resume(): Promise<void>;
  signIn(): Promise<void>;
  signOut(): void;
  api<T = unknown>(path: string, request?: { method?: string; body?: unknown }): Promise<T>;
}
