const PLACEHOLDER = /\{\{\s*([^{}]+?)\s*\}\}/gu;

/** A text cut at its placeholders: literals and placeholder ids in turn, beginning and ending with a literal. */
export interface ParsedText {
  literals: string[];
  ids: string[];
}

/** Cuts `Hello {{name}}!` into its literals and placeholder ids. */
export function parseText(text: string): ParsedText {
  const literals: string[] = [];
  const ids: string[] = [];
  let end = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    literals.push(text.slice(end, match.index));
    ids.push(match[1]!);
    end = match.index + match[0].length;
  }
  literals.push(text.slice(end));
  return { literals, ids };
}

/** The placeholder ids of a text, each once, in the order of their first appearance. */
export function placeholdersOf(text: string): string[] {
  return [...new Set(parseText(text).ids)];
}

/** Puts values into a parsed text. */
export function fillText({ literals, ids }: ParsedText, valueOf: (id: string) => string): string {
  let filled = literals[0]!;
  for (let index = 0; index < ids.length; index += 1) filled += valueOf(ids[index]!) + literals[index + 1]!;
  return filled;
}
