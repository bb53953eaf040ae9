import { Transform } from 'class-transformer';

/**
 * A query parameter that holds several values: `id=1,2` as the SDKs send it, `id=1&id=2` as the vendor writes it,
 * or both. The property becomes a string array.
 */
export function QueryList(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (value === undefined ? undefined : splitList(value)));
}

/** A query flag: only `true` and `false` count, so that `false` is never taken for true. */
export function QueryFlag(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    value === 'true' ? true : value === 'false' ? false : value,
  );
}

function splitList(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value])
    .flatMap((part) => String(part).split(','))
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
