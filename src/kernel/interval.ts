/** A span of time; the start belongs to it, the end does not. */
export interface Interval {
  start: Date;
  end: Date;
}

const MOMENT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/iu;

/**
 * Reads `start/end`, two ISO-8601 moments; one without an offset is UTC (Genesys Cloud API, intervals).
 * Answers with what is wrong when it can't be read.
 */
export function parseInterval(text: string): Interval | { problem: string } {
  const [start, end, ...rest] = text.split('/').map(parseMoment);
  if (!start || !end || rest.length > 0) {
    return {
      problem:
        'must be two ISO-8601 moments with a slash between, for example 2026-11-01T00:00:00.000Z/2026-12-01T00:00:00.000Z',
    };
  }
  if (end <= start) return { problem: 'must end after it starts' };
  return { start, end };
}

function parseMoment(text: string): Date | undefined {
  const match = MOMENT.exec(text.trim());
  if (!match) return undefined;
  const isUtcByDefault = text.toUpperCase().includes('T') && match[1] === undefined;
  const date = new Date(`${text.trim().replace(',', '.')}${isUtcByDefault ? 'Z' : ''}`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
