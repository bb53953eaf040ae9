const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** What the first lines of a CSV say about it. */
export interface Dialect {
  delimiter: Delimiter;
  /** Leading `sep=;` line of a spreadsheet, which is not part of the data; 0 or 1. */
  skipRecords: number;
}

/** Tells the delimiter by the header line: the one that occurs most outside of quotes; comma when none does. */
export function detectDialect(sample: string): Dialect {
  const header = sample.replace(/^\s*[\r\n]+/u, '');
  const declared = /^sep=([,;\t|])\s*[\r\n]/iu.exec(header)?.[1] as Delimiter | undefined;
  if (declared) return { delimiter: declared, skipRecords: 1 };
  const counts = new Map<string, number>();
  let quoted = false;
  for (const character of header) {
    if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '\n' || character === '\r') break;
    else counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  const [best] = [...DELIMITERS].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
  return { delimiter: best ?? ',', skipRecords: 0 };
}
