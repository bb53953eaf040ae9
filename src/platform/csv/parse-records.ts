import { parseString } from 'fast-csv';
import type { Delimiter } from './delimiter.js';

/**
 * The cells of whole records, as the record splitter cuts them; undefined for one that the parser does not read as one
 * record. A single such record must not cost the others, so each is then parsed by itself.
 */
export async function parseRecords(
  texts: readonly string[],
  delimiter: Delimiter,
): Promise<(string[] | undefined)[]> {
  const rows = await parse(texts, delimiter);
  if (rows?.length === texts.length) return rows;
  const found: (string[] | undefined)[] = [];
  for (const text of texts) {
    const alone = await parse([text], delimiter);
    found.push(alone?.length === 1 ? alone[0] : undefined);
  }
  return found;
}

async function parse(texts: readonly string[], delimiter: Delimiter): Promise<string[][] | undefined> {
  return new Promise((resolve) => {
    const rows: string[][] = [];
    parseString<string[], string[]>(texts.join('\n') + '\n', { headers: false, delimiter })
      .on('data', (row: string[]) => rows.push(row))
      .on('error', () => resolve(undefined))
      .on('end', () => resolve(rows));
  });
}
