import { fillIn } from '../../kernel/fill-in.js';
import type { Reason } from '../../kernel/reason.js';

/** What went wrong, as far as HTTP is concerned; each kind has one status. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'too-large'
  | 'unsupported-media-type'
  | 'unprocessable'
  | 'too-many-requests'
  | 'unavailable';

export interface ErrorLimit {
  key: string;
  namespace: string;
  value: number;
}

export interface ApiErrorOptions {
  /** Values for the `{name}` placeholders of the message. */
  params?: Record<string, string | number>;
  /** All reasons at once; each becomes a detail and a nested error on the wire. */
  reasons?: Reason[];
  limit?: ErrorLimit;
  entityId?: string;
  entityName?: string;
  cause?: unknown;
}

/** The one error class for everything a caller can be told. `code` is the Genesys error code. */
export class ApiError extends Error {
  readonly params: Record<string, string>;

  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    readonly messageWithParams: string,
    readonly options: ApiErrorOptions = {},
  ) {
    const params = Object.fromEntries(
      Object.entries(options.params ?? {}).map(([key, value]) => [key, String(value)]),
    );
    super(fillIn(messageWithParams, params), { cause: options.cause });
    this.params = params;
  }
}

/** One error that carries all reasons; its code is that of the first. */
export function reasonsError(reasons: Reason[], kind: ErrorKind = 'invalid'): ApiError {
  const [first] = reasons;
  if (!first) throw new Error('reasonsError needs at least one reason');
  const message = reasons.map((reason) => reason.message).join(' ');
  return new ApiError(kind, first.code, message, {
    reasons,
    entityId: first.entityId,
    entityName: first.entityName,
    params: first.params,
  });
}
