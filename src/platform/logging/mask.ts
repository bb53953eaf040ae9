const SECRET_KEYS =
  /^(authorization|password|secret|clientsecret|client_secret|token|access_?token|refresh_?token|x-hub-signature-256|cookie)$/iu;
// A run of 7 to 15 digits that is no part of a longer word, UUID or decimal: as good as a telephone number.
const PHONE_LIKE = /(?<![\w.-])\+?\d{7,15}(?![\w.-])/gu;
const BEARER = /\b(bearer|basic)\s+[\w.~+/=-]+/giu;
const URL_PASSWORD = /(\/\/[^:/\s]*:)[^@/\s]+@/gu;
const MAX_DEPTH = 6;

/** A copy of what is to be logged, without telephone numbers, tokens and passwords. */
export function maskSecrets<T>(value: T, depth = 0): T {
  if (typeof value === 'string') return maskText(value) as T;
  if (value === null || typeof value !== 'object' || value instanceof Date || depth > MAX_DEPTH) return value;
  if (value instanceof Error) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => maskSecrets(item, depth + 1)) as T;
  const entries = Object.entries(value).map(([key, item]: [string, unknown]) => [
    key,
    SECRET_KEYS.test(key) ? '[masked]' : maskSecrets(item, depth + 1),
  ]);
  return Object.fromEntries(entries) as T;
}

function maskText(text: string): string {
  return text
    .replace(BEARER, '$1 [masked]')
    .replace(URL_PASSWORD, '$1[masked]@')
    .replace(PHONE_LIKE, '[number]');
}
