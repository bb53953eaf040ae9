import { Html, html } from './html.js';

/** What a page says about what went wrong. */
export interface Notice {
  text: string;
  details?: readonly string[];
}

export interface SignInForm {
  clientName: string;
  /** The authorization request, carried through the form. */
  fields: Readonly<Record<string, string>>;
  csrf: string;
  email?: string;
  notice?: Notice;
}

/** Page where a user signs in with e-mail address and password. */
export function signInPage(form: SignInForm): string {
  return page(
    'Sign in',
    html`<p class="lead">to continue to <strong>${form.clientName}</strong></p>
      ${noticeOf(form.notice)}
      <form method="post" action="/oauth/authorize">
        ${hiddenFields(form)}
        <label for="email">E-mail address</label>
        <input
          id="email"
          name="email"
          type="email"
          autocomplete="username"
          value="${form.email ?? ''}"
          maxlength="320"
          required
          ${form.email ? undefined : new Html('autofocus')}
        />
        <label for="password">Password</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          maxlength="128"
          required
          ${form.email ? new Html('autofocus') : undefined}
        />
        <button type="submit">Sign in</button>
      </form>`,
  );
}

/** Page where a user who is signed in already lets a client act for them. */
export function continuePage(form: SignInForm & { userName: string; switchUri: string }): string {
  return page(
    'Continue?',
    html`<p class="lead">
        <strong>${form.clientName}</strong> asks to act on your behalf. You are signed in as
        <strong>${form.userName}</strong> (${form.email}).
      </p>
      ${noticeOf(form.notice)}
      <form method="post" action="/oauth/authorize">
        ${hiddenFields(form)}
        <button type="submit" name="continue" value="yes">Continue</button>
      </form>
      <p><a href="${form.switchUri}">Sign in as somebody else</a></p>`,
  );
}

/** Page where an invited user sets a password. */
export function passwordPage(form: { invite: string; email: string; notice?: Notice }): string {
  return page(
    'Set your password',
    html`<p class="lead">for <strong>${form.email}</strong></p>
      ${noticeOf(form.notice)}
      <form method="post" action="/oauth/password">
        <input type="hidden" name="invite" value="${form.invite}" />
        <input type="hidden" name="username" autocomplete="username" value="${form.email}" />
        <label for="password">New password</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="new-password"
          minlength="12"
          maxlength="128"
          aria-describedby="rules"
          required
          autofocus
        />
        <p id="rules" class="hint">
          At least 12 characters. Several uncommon words are easy to remember and hard to guess.
        </p>
        <label for="repeat">The same password again</label>
        <input
          id="repeat"
          name="repeat"
          type="password"
          autocomplete="new-password"
          maxlength="128"
          required
        />
        <button type="submit">Set password</button>
      </form>`,
  );
}

/** Page that only says something, with a way on. */
export function messagePage(title: string, text: string, link?: { uri: string; text: string }): string {
  return page(
    title,
    html`<p class="lead">${text}</p>
      ${link ? html`<p><a href="${link.uri}">${link.text}</a></p>` : undefined}`,
  );
}

function hiddenFields({ fields, csrf }: SignInForm): Html[] {
  return Object.entries({ ...fields, csrf }).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
}

function noticeOf(notice: Notice | undefined): Html | undefined {
  if (!notice) return undefined;
  const details = notice.details?.length
    ? html`<ul>
        ${notice.details.map((detail) => html`<li>${detail}</li>`)}
      </ul>`
    : undefined;
  return html`<div class="notice" role="alert">
    <p>${notice.text}</p>
    ${details}
  </div>`;
}

function page(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} – Depesche</title>
        <link rel="stylesheet" href="/oauth/sign-in.css" />
      </head>
      <body>
        <main>
          <p class="brand">Depesche</p>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`.text;
}
