import request from 'supertest';

/** A browser as far as the sign-in pages need one: cookies, forms, no redirects followed. */
export class Browser {
  readonly cookies = new Map<string, string>();

  /** @param address that it comes from, as the proxy before the product tells */
  constructor(
    private readonly baseUrl: string,
    private readonly address = '127.0.0.1',
  ) {}

  async get(path: string): Promise<request.Response> {
    return this.keep(await request(this.baseUrl).get(path).set(this.headers()).redirects(0));
  }

  async submit(path: string, fields: Record<string, string>): Promise<request.Response> {
    const form = new URLSearchParams(fields).toString();
    return this.keep(
      await request(this.baseUrl).post(path).set(this.headers()).type('form').send(form).redirects(0),
    );
  }

  private headers(): Record<string, string> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return { cookie, 'x-forwarded-for': this.address };
  }

  private keep(answer: request.Response): request.Response {
    const set = ([] as string[]).concat(answer.headers['set-cookie'] ?? []);
    for (const line of set) {
      const [pair] = line.split(';');
      const [name, value] = pair!.split('=') as [string, string];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }
}

/** The hidden fields of the form on a page. */
export function hiddenFields(page: string): Record<string, string> {
  const inputs = page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/gu);
  return Object.fromEntries([...inputs].map(([, name, value]) => [name!, unescapeHtml(value!)]));
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
