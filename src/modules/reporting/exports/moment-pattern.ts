const FIELDS: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {
  year: 'YYYY',
  month: 'MM',
  day: 'DD',
  minute: 'MI',
  second: 'SS',
  dayPeriod: 'AM',
};

/**
 * How people of a locale write a moment, with all digits, as a pattern for `to_char` of PostgreSQL. Undefined when the
 * text names no locale that this runtime knows. `en_US` is read as `en-US`.
 */
export function momentPattern(locale: string): string | undefined {
  const format = formatOf(locale.replaceAll('_', '-'));
  if (!format) return undefined;
  const hour = format.resolvedOptions().hour12 ? 'HH12' : 'HH24';
  return format
    .formatToParts(new Date(0))
    .map(({ type, value }) => (type === 'hour' ? hour : (FIELDS[type] ?? quoted(value))))
    .join('');
}

function formatOf(locale: string): Intl.DateTimeFormat | undefined {
  try {
    if (Intl.DateTimeFormat.supportedLocalesOf(locale).length === 0) return undefined;
    return new Intl.DateTimeFormat(locale, {
      calendar: 'gregory',
      numberingSystem: 'latn',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  } catch {
    return undefined;
  }
}

// Only what can be seen: marks of direction and narrow spaces are no help in a cell.
function quoted(literal: string): string {
  const visible = literal.replace(/\p{Cf}/gu, '').replace(/\s/gu, ' ');
  return visible === '' ? '' : `"${visible.replace(/["\\]/gu, String.raw`\$&`)}"`;
}
