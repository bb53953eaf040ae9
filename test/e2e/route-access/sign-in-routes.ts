import { Browser, hiddenFields } from '../../medium/access/browser.js';
import {
  authorizePath,
  createCodeClient,
  createPerson,
  newPkce,
  PASSWORD,
} from '../../medium/access/sign-in-fixtures.js';
import type { AccessWorld } from './access-world.js';
import { open, type Prepared, type RouteEntry } from './route-entry.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** The filled-in sign-in page, with the cookie of the browser that it was shown to. */
async function filledIn({ app }: AccessWorld): Promise<Prepared> {
  const browser = new Browser(app.baseUrl);
  const page = await browser.get(authorizePath(await createCodeClient(app), newPkce()));
  const { email } = await createPerson(app);
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return {
    path: '/oauth/authorize',
    headers: { ...FORM, cookie },
    body: { ...hiddenFields(page.text), email, password: PASSWORD },
  };
}

/** What an open invitation of a user is known by. */
async function invitation(world: AccessWorld): Promise<string> {
  const { body } = await world.app.admin.post(`/api/v2/users/${await world.user()}/invite`).expect(200);
  return new URL((body as { inviteUri: string }).inviteUri).searchParams.get('invite')!;
}

async function logoutPath({ app }: AccessWorld): Promise<string> {
  const { id, redirectUri } = await createCodeClient(app);
  return `/logout?${new URLSearchParams({ client_id: id, redirect_uri: redirectUri }).toString()}`;
}

/** Pages for browsers, which send no token: cookies, forms and invitations say who it is. */
export const signInRoutes: Record<string, RouteEntry> = {
  'GET /oauth/sign-in.css': open(200, () => '/oauth/sign-in.css'),
  'GET /oauth/authorize': open(200, async ({ app }) => authorizePath(await createCodeClient(app), newPkce())),
  'POST /oauth/authorize': open(303, filledIn),
  'GET /oauth/password': open(200, async (world) => `/oauth/password?invite=${await invitation(world)}`),
  'POST /oauth/password': open(200, async (world) => {
    const password = 'velvet cactus in the rain';
    const body = { invite: await invitation(world), password, repeat: password };
    return { path: '/oauth/password', headers: FORM, body };
  }),
  'GET /logout': open(303, logoutPath),
};
