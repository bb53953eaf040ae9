import { randomBytes } from 'node:crypto';
import { SignInAttempts } from '../../../src/modules/access/sign-in/sign-in-attempts.service.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import {
  authorizePath,
  codeOf,
  createCodeClient,
  createPerson,
  newPkce,
  PASSWORD,
} from './sign-in-fixtures.js';
import { Browser, hiddenFields } from './browser.js';

const ADDRESS_LIMIT = 30;

describe('guessing passwords', () => {
  let app: TestApp;
  let path: string;
  let host = 0;
  let address: string;

  beforeAll(async () => {
    app = await startTestApp();
    path = authorizePath(await createCodeClient(app), newPkce());
  });

  afterAll(() => app?.close());

  // Each test comes from a network address of its own, and has people of its own.
  beforeEach(() => {
    host += 1;
    address = `203.0.113.${host}`;
  });

  async function guess(email: string, password: string) {
    const browser = new Browser(app.baseUrl, address);
    const fields = hiddenFields((await browser.get(path)).text);
    return browser.submit('/oauth/authorize', { ...fields, email, password });
  }

  const withoutForm = (page: string, email: string) =>
    page.replaceAll(email, 'somebody').replaceAll(/name="csrf"\s+value="[^"]+"/gu, '');

  it('gets the same answer for an unknown, a wrong, an inactive and a passwordless account', async () => {
    const [known, inactive, invited] = [
      await createPerson(app),
      await createPerson(app),
      await createPerson(app),
    ];
    await app.db.query(`UPDATE users SET state = 'inactive' WHERE id = $1`, [inactive.id]);
    await app.db.query(`UPDATE users SET password_hash = NULL WHERE id = $1`, [invited.id]);
    const attempts: [string, string][] = [
      ['nobody-1@example.com', PASSWORD],
      [known.email, 'wrong'],
      [inactive.email, PASSWORD],
      [invited.email, PASSWORD],
    ];
    const answers = new Set<string>();
    for (const [email, password] of attempts) {
      const answer = await guess(email, password);
      expect(answer.status).toBe(400);
      answers.add(withoutForm(answer.text, email));
    }
    expect(answers.size).toBe(1);
    codeOf(await guess(known.email.toUpperCase(), PASSWORD));
  });

  it('takes about as long for an unknown account as for a known one', async () => {
    const known = await createPerson(app);
    await guess('warm-up@example.com', 'wrong');
    const timed = async (email: string) => {
      const startedAt = performance.now();
      await guess(email, 'wrong');
      return performance.now() - startedAt;
    };
    const times = { known: [] as number[], unknown: [] as number[] };
    for (let round = 0; round < 4; round += 1) {
      times.known.push(await timed(known.email));
      times.unknown.push(await timed(`${randomBytes(4).toString('hex')}@example.com`));
    }
    // Hashing dominates both; without it the answer would come in a few milliseconds.
    const ratio = Math.min(...times.unknown) / Math.min(...times.known);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  it('makes an account wait after some failures, be it known or not, even with the right password', async () => {
    const known = await createPerson(app);
    const pages: string[] = [];
    for (const email of [known.email, 'nobody-2@example.com']) {
      for (let failure = 0; failure < 6; failure += 1) expect((await guess(email, 'wrong')).status).toBe(400);
      const refused = await guess(email, PASSWORD);
      expect(refused.status).toBe(429);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      expect(refused.headers['set-cookie']?.[0] ?? '').not.toContain('session');
      pages.push(withoutForm(refused.text, email).replace(/in \d+ seconds?/u, 'soon'));
    }
    expect(pages[0]).toBe(pages[1]);
    const other = await createPerson(app);
    codeOf(await guess(other.email, PASSWORD));
  });

  it('does not let many guesses at the same moment slip through', async () => {
    const known = await createPerson(app);
    const answers = await Promise.all(Array.from({ length: 20 }, () => guess(known.email, 'wrong')));
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(6);
  });

  it('forgets the failures of an account after a success', async () => {
    const known = await createPerson(app);
    for (let round = 0; round < 3; round += 1) {
      for (let failure = 0; failure < 4; failure += 1)
        expect((await guess(known.email, 'wrong')).status).toBe(400);
      codeOf(await guess(known.email, PASSWORD));
    }
  });

  it('makes an address wait that tries many accounts', async () => {
    const known = await createPerson(app);
    const attempts = app.app.get(SignInAttempts);
    for (let failure = 0; failure <= ADDRESS_LIMIT; failure += 1)
      expect(await attempts.admit(`user-${failure}@example.com`, address)).toBe(0);
    expect((await guess(known.email, PASSWORD)).status).toBe(429);
    expect(await attempts.admit(known.email, '192.0.2.1')).toBe(0);
  });
});
