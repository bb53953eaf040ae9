import 'reflect-metadata';

type Class = abstract new (...args: never[]) => object;
export type Token = Class | string | symbol;

/**
 * Makes objects as Nest does, with all they need, each once; but as often as one likes, because every process of a
 * model has objects of its own.
 */
export class Instances {
  private readonly made = new Map<Token, unknown>();

  constructor(
    given: readonly (readonly [Token, unknown])[],
    private readonly other: (token: Token) => unknown,
  ) {
    for (const [token, value] of given) this.made.set(token, value);
  }

  get<T>(token: abstract new (...args: never[]) => T): T {
    return this.find(token as unknown as Token) as T;
  }

  private find(token: Token): unknown {
    if (!this.made.has(token))
      this.made.set(token, typeof token === 'function' ? this.make(token) : this.other(token));
    return this.made.get(token);
  }

  private make(type: Class): object {
    const params = [...((Reflect.getMetadata('design:paramtypes', type) as Token[] | undefined) ?? [])];
    const named = (Reflect.getMetadata('self:paramtypes', type) ?? []) as { index: number; param: Token }[];
    for (const { index, param } of named) params[index] = param;
    const create = type as unknown as new (...args: unknown[]) => Record<string, unknown>;
    const made = new create(...params.map((param) => this.find(param)));
    const fields = (Reflect.getMetadata('self:properties_metadata', type) ?? []) as {
      key: string;
      type: Token;
    }[];
    for (const { key, type: wanted } of fields) made[key] = this.find(wanted);
    return made;
  }
}
