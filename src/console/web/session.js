const CLIENT_ID = 'depesche-console';
const TOKEN = 'depesche.token';
const SIGN_IN = 'depesche.sign-in';

/** An answer of the API that is an error. `status` is 0 when there was no answer. */
export class ApiProblem extends Error {
  constructor(status, message, code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * Signs a user in by authorization code with PKCE (RFC 7636) and calls the API with the token, which is kept in the
 * session storage of this tab and nowhere else. The refresh token is not kept: when the token ends, signing in again
 * is one click while the browser's own session lasts.
 */
export class Session {
  #browser;
  #onEnd;

  /**
   * @param browser where the page is and what it may use: location, history, storage, crypto, fetch
   * @param onEnd called when the API no longer takes the token
   */
  constructor(browser, onEnd = () => undefined) {
    this.#browser = browser;
    this.#onEnd = onEnd;
  }

  get isSignedIn() {
    return this.#token !== null;
  }

  get #token() {
    return this.#browser.storage.getItem(TOKEN);
  }

  get #redirectUri() {
    return `${this.#browser.location.origin}/`;
  }

  /** Takes up what the sign-in page sent back, if anything. Throws ApiProblem with the reason when it failed. */
  async resume() {
    const { location, history, storage } = this.#browser;
    const answer = new URLSearchParams(location.search);
    const [code, error] = [answer.get('code'), answer.get('error')];
    if (code === null && error === null) return;
    // Out of the address bar and the history before anything else.
    history.replaceState(null, '', '/');
    const asked = JSON.parse(storage.getItem(SIGN_IN) ?? 'null');
    storage.removeItem(SIGN_IN);
    if (asked === null || asked.state !== answer.get('state'))
      throw new ApiProblem(400, 'This answer does not belong to a sign-in of this tab. Sign in again.');
    if (error !== null) throw new ApiProblem(400, answer.get('error_description') ?? error);
    storage.setItem(TOKEN, await this.#exchange(code, asked.verifier));
  }

  /** Leaves for the sign-in page. Throws ApiProblem where a browser does not let a page hash. */
  async signIn() {
    const { location, storage, crypto } = this.#browser;
    if (!crypto.subtle)
      throw new ApiProblem(
        400,
        'Signing in needs https, or localhost in the address: the browser asks for it.',
      );
    const [verifier, state] = [randomText(crypto), randomText(crypto)];
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
    storage.setItem(SIGN_IN, JSON.stringify({ verifier, state }));
    const query = new URLSearchParams({
      client_id: CLIENT_ID,
      redirect_uri: this.#redirectUri,
      response_type: 'code',
      code_challenge: base64url(new Uint8Array(hash)),
      code_challenge_method: 'S256',
      state,
    });
    location.assign(`/oauth/authorize?${query}`);
  }

  /** Forgets the token and ends the browser's session with all its tokens. */
  signOut() {
    const { location, storage } = this.#browser;
    storage.removeItem(TOKEN);
    const query = new URLSearchParams({ client_id: CLIENT_ID, redirect_uri: this.#redirectUri });
    location.assign(`/logout?${query}`);
  }

  /** Calls the API; answers the parsed body. Throws ApiProblem. A 401 ends the session. */
  async api(path, { method = 'GET', body } = {}) {
    const token = this.#token;
    if (token === null) throw new ApiProblem(401, 'You are signed out.');
    const headers = { authorization: `Bearer ${token}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const answer = await this.#fetch(`/api/v2${path}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
    if (answer.status === 401) {
      this.#browser.storage.removeItem(TOKEN);
      this.#onEnd();
    }
    const text = await answer.text().catch(() => '');
    const content = parse(text);
    if (answer.ok) return content;
    throw new ApiProblem(
      answer.status,
      content?.message ?? `The server answered ${answer.status}.`,
      content?.code,
    );
  }

  async #exchange(code, verifier) {
    const answer = await this.#fetch('/oauth/token', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: CLIENT_ID,
        code,
        redirect_uri: this.#redirectUri,
        code_verifier: verifier,
      }).toString(),
    });
    const content = parse(await answer.text());
    if (answer.ok) return content.access_token;
    throw new ApiProblem(answer.status, content?.error_description ?? 'Signing in failed. Try again.');
  }

  async #fetch(path, request) {
    try {
      return await this.#browser.fetch(path, request);
    } catch {
      throw new ApiProblem(0, 'The server does not answer.');
    }
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function randomText(crypto) {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
