import type { Reason } from '../../kernel/reason.js';
import type { ApiError, ErrorKind, ErrorLimit } from './api-error.js';

/** HTTP status of every kind of error. */
export const STATUS_OF_KIND: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  'unsupported-media-type': 415,
  unprocessable: 422,
  'too-many-requests': 429,
  unavailable: 503,
};

/** Error body on the wire (Genesys Cloud API, errors: ErrorBody). */
export interface ErrorBody {
  message: string;
  code: string;
  status: number;
  messageWithParams: string;
  messageParams: Record<string, string>;
  contextId: string;
  details: { errorCode: string; fieldName?: string; entityId?: string; entityName?: string }[];
  errors: ErrorBody[];
  entityId?: string;
  entityName?: string;
  limit?: ErrorLimit;
}

/** The wire form of an ApiError; `contextId` is the correlation id of the request. */
export function toErrorBody(error: ApiError, contextId: string): ErrorBody {
  const status = STATUS_OF_KIND[error.kind];
  const reasons = error.options.reasons ?? [];
  return {
    message: error.message,
    code: error.code,
    status,
    messageWithParams: error.messageWithParams,
    messageParams: error.params,
    contextId,
    details: reasons.map((reason) => ({
      errorCode: reason.code,
      fieldName: reason.field,
      entityId: reason.entityId,
      entityName: reason.entityName,
    })),
    errors: reasons.map((reason) => reasonBody(reason, status, contextId)),
    entityId: error.options.entityId,
    entityName: error.options.entityName,
    limit: error.options.limit,
  };
}

function reasonBody(reason: Reason, status: number, contextId: string): ErrorBody {
  return {
    message: reason.message,
    code: reason.code,
    status,
    messageWithParams: reason.message,
    messageParams: reason.params ?? {},
    contextId,
    details: [],
    errors: [],
    entityId: reason.entityId,
    entityName: reason.entityName,
  };
}
