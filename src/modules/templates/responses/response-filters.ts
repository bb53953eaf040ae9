import type { ResponseFilterDto } from './response.dto.js';

/** The values of a response that a filter looks at, as a text[] expression. */
const VALUES: Record<ResponseFilterDto['name'], string> = {
  name: 'ARRAY[r.name]',
  libraryId: 'ARRAY(SELECT m.library_id::text FROM response_library_members m WHERE m.response_id = r.id)',
  'text.contentType': "ARRAY(SELECT t ->> 'contentType' FROM jsonb_array_elements(r.texts) t)",
  messagingTemplate: "ARRAY(SELECT jsonb_object_keys(coalesce(r.messaging_template, '{}')))",
  responseType: "ARRAY[coalesce(r.response_type, '')]",
};

const EQUALS = 'lower(have) = lower(want)';
const COMPARISONS: Record<ResponseFilterDto['operator'], string> = {
  IN: EQUALS,
  EQUALS,
  NOTEQUALS: EQUALS,
  BEGINS_WITH: 'starts_with(lower(have), lower(want))',
  ENDS_WITH: 'right(lower(have), length(want)) = lower(want)',
  CONTAINS: 'position(lower(want) in lower(have)) > 0',
};

/** A filter as SQL over `responses r`, without regard to case; its values are pushed to `params`. */
export function filterSql({ name, operator, values }: ResponseFilterDto, params: unknown[]): string {
  params.push(values);
  const found = `EXISTS (SELECT 1 FROM unnest(${VALUES[name]}) have, unnest($${params.length}::text[]) want
    WHERE ${COMPARISONS[operator]})`;
  return operator === 'NOTEQUALS' ? `NOT ${found}` : found;
}

/** Responses with the phrase in their name or in a text. */
export function phraseSql(phrase: string, params: unknown[]): string {
  params.push(phrase);
  const n = `lower($${params.length})`;
  return `(position(${n} in lower(r.name)) > 0 OR EXISTS (
    SELECT 1 FROM jsonb_array_elements(r.texts) t WHERE position(${n} in lower(t ->> 'content')) > 0))`;
}
