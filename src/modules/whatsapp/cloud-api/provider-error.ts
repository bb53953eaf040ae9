import {
  explainProviderError,
  GREATEST_CODE,
  type ProviderErrorAction,
  type ProviderErrorClass,
  type ProviderErrorScope,
} from './provider-errors.js';

/** A refusal by the platform, classified. `title` and `details` are the platform's words. */
export interface ProviderError {
  code: number;
  subcode?: number;
  httpStatus: number;
  title: string;
  details: string;
  fbtraceId?: string;
  class: ProviderErrorClass;
  action: ProviderErrorAction;
  scope: ProviderErrorScope;
  /** When given, the platform asks to wait this long, or longer than an hour. */
  retryAfterMs?: number;
}

export type HeaderValues = Readonly<Record<string, string | string[] | undefined>>;
type Loose = Record<string, unknown>;

const MINUTE_MS = 60_000;
/** Whatever the platform asks for, after this long it is asked again. */
const LONGEST_WAIT_MS = 60 * MINUTE_MS;

/** The error of a Graph answer; undefined when the body has no error envelope (WhatsApp Cloud API, error envelope). */
export function readProviderError(
  httpStatus: number,
  body: unknown,
  headers: HeaderValues = {},
): ProviderError | undefined {
  const error = isObject(body) ? body.error : undefined;
  if (!isObject(error)) return undefined;
  const code = toCode(error.code);
  if (code === undefined) return undefined;
  const subcode = toCode(error.error_subcode);
  const { class: errorClass, action, scope } = explainProviderError(code, subcode);
  const title = toText(error.message) ?? toText(error.error_user_title) ?? `Error ${code}`;
  return {
    code,
    subcode,
    httpStatus,
    title,
    details: detailsOf(error) ?? title,
    fbtraceId: toText(error.fbtrace_id),
    class: errorClass,
    action,
    scope,
    retryAfterMs: retryAfterMs(headers),
  };
}

/** The error of a status that tells of a failure, as if it had come in the answer to the send. */
export function toldProviderError(told: { code: number; title: string; details: string }): ProviderError {
  const { class: errorClass, action, scope } = explainProviderError(told.code);
  return { ...told, httpStatus: 200, class: errorClass, action, scope };
}

function detailsOf(error: Loose): string | undefined {
  const data = error.error_data;
  return (isObject(data) ? toText(data.details) : toText(data)) ?? toText(error.error_user_msg);
}

/** How long the platform asks to wait: Retry-After in seconds or as a date, else the usage header in minutes. */
function retryAfterMs(headers: HeaderValues): number | undefined {
  const given = single(headers['retry-after']);
  if (given !== undefined) {
    const ms = /^\d+$/u.test(given.trim()) ? Number(given) * 1_000 : Date.parse(given) - Date.now();
    if (!Number.isNaN(ms)) return Math.min(LONGEST_WAIT_MS, Math.max(0, ms));
  }
  const minutes = regainMinutes(single(headers['x-business-use-case-usage']));
  return minutes > 0 ? Math.min(LONGEST_WAIT_MS, minutes * MINUTE_MS) : undefined;
}

function regainMinutes(usage: string | undefined): number {
  if (usage === undefined) return 0;
  try {
    const rows = Object.values(JSON.parse(usage) as Record<string, unknown>).flat();
    const waits = rows.map((row) => (isObject(row) ? Number(row.estimated_time_to_regain_access) : 0));
    return Math.max(0, ...waits.filter(Number.isFinite));
  } catch {
    return 0;
  }
}

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

const isObject = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const toText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

function toCode(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number)
    ? Math.max(-GREATEST_CODE, Math.min(GREATEST_CODE, number))
    : undefined;
}
