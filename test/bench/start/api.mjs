// An API process for benchmarks, and its clients.
import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import { freePort } from '../dispatch/bench-world.mjs';

/** A process with the API beside the world's workers, and calls with a token for everything. */
export async function startApi(world) {
  const port = await freePort();
  await world.start(path.resolve('test/bench/dispatch/engine-worker.mjs'), {
    ...world.env,
    PROCESS_ROLE: 'api',
    PORT: String(port),
    WHATSAPP_GRAPH_URL: 'http://127.0.0.1:9',
    WHATSAPP_APP_SECRET: 'bench-app-secret',
    WHATSAPP_VERIFY_TOKEN: 'bench-verify-token',
    API_RATE_LIMIT_PER_MINUTE: '1000000',
  });
  const url = `http://127.0.0.1:${port}`;
  const { ADMIN_CLIENT_ID: id, ADMIN_CLIENT_SECRET: secret } = world.env;
  const login = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token: token } = await login.json();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  /** The answer, and how many milliseconds it took. */
  return async (method, route, body) => {
    const startedAt = performance.now();
    const answer = await fetch(`${url}/api/v2${route}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${route}: ${answer.status} ${text}`);
    return { ms: performance.now() - startedAt, body: text === '' ? undefined : JSON.parse(text) };
  };
}

/** Reads the routes one after the other, again and again with a pause between, until told to stop. */
export function readOnAndOn(call, routes) {
  const times = [];
  let isOver = false;
  const done = (async () => {
    for (let at = 0; !isOver; at += 1) {
      times.push((await call('GET', routes[at % routes.length])).ms);
      await sleep(10);
    }
  })();
  return async () => {
    isOver = true;
    await done;
    return times;
  };
}

export function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
