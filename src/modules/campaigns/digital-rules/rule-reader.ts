import type { Reason } from '../../../kernel/reason.js';

export type Raw = Readonly<Record<string, unknown>>;

/** Reads parts of a JSON body whose shape depends on its content; everything wrong becomes a reason at its place. */
export class RuleReader {
  constructor(
    private readonly path: string,
    readonly reasons: Reason[],
  ) {}

  /** The reader of a part, for example `rules.0`. */
  at(...parts: (string | number)[]): RuleReader {
    return new RuleReader([this.path, ...parts].filter((part) => part !== '').join('.'), this.reasons);
  }

  refuse(message: string, code = 'invalid.value', field = ''): void {
    const place = [this.path, field].filter(Boolean).join('.');
    this.reasons.push({ code, field: place, message: `${place}: ${message}.`.replace(/\.\.$/u, '.') });
  }

  object(raw: unknown): Raw {
    if (isRaw(raw)) return raw;
    this.refuse('must be an object');
    return {};
  }

  list(from: Raw, field: string): unknown[] {
    const value = from[field] ?? [];
    if (Array.isArray(value)) return value as unknown[];
    this.refuse('must be a list', 'invalid.value', field);
    return [];
  }

  /** A text that must be there; what is none reads as empty. */
  text(from: Raw, field: string, most = 512): string {
    const value = from[field];
    if (typeof value !== 'string' || value === '') {
      this.refuse('must be a text and not empty', 'invalid.value', field);
      return '';
    }
    if (value.length > most || value.includes('\0')) {
      this.refuse(`must be a text of at most ${most} characters`, 'invalid.value', field);
      return '';
    }
    return value;
  }

  texts(from: Raw, field: string): string[] {
    const values = this.list(from, field);
    if (values.every((value) => typeof value === 'string')) return values;
    this.refuse('must be a list of texts', 'invalid.value', field);
    return [];
  }

  integer(from: Raw, field: string, least: number): number {
    const value = from[field];
    if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
    this.refuse(`must be a whole number from ${least}`, 'invalid.value', field);
    return least;
  }

  flag(from: Raw, field: string): boolean {
    const value = from[field] ?? false;
    if (typeof value === 'boolean') return value;
    this.refuse('must be true or false', 'invalid.value', field);
    return false;
  }

  /** One of the choices, whatever its case, in the case of the choices. */
  oneOf<T extends string>(from: Raw, field: string, choices: readonly T[]): T {
    const value = from[field];
    const choice = choices.find((known) => known.toLowerCase() === String(value).toLowerCase());
    if (choice) return choice;
    this.refuse(`must be one of ${choices.join(', ')}`, 'invalid.value', field);
    return choices[0]!;
  }

  /** An id in its usual form; what is none reads as empty. */
  id(from: Raw, field: string): string {
    const value = from[field];
    if (typeof value === 'string' && UUID.test(value)) return value.toLowerCase();
    this.refuse('must be a UUID', 'invalid.value', field);
    return '';
  }

  /**
   * The only key of `kinds` that is set; undefined with a reason when there are none or several. `why` says for known
   * keys that are not among them why they are not offered.
   */
  kindOf<K extends string>(
    from: Raw,
    kinds: readonly K[],
    suffix: string,
    why: Readonly<Record<string, string>> = {},
  ): K | undefined {
    const given = Object.keys(from).filter((key) => key.endsWith(suffix) && from[key] != null);
    const known = kinds.filter((kind) => given.includes(kind));
    const unknown = given.filter((key) => !(kinds as readonly string[]).includes(key));
    for (const key of unknown) {
      const because = Object.hasOwn(why, key) ? `; ${why[key]}` : '';
      this.refuse(`is not offered for WhatsApp campaigns${because}`, 'not.offered', key);
    }
    if (known.length === 1) return unknown.length === 0 ? known[0] : undefined;
    if (unknown.length === 0 || known.length > 1) {
      this.refuse(`must have exactly one of ${kinds.join(', ')}`);
    }
    return undefined;
  }
}

export function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;
