import { Pool } from 'undici';
import { CLIENT } from '../import/product.mjs';

/** Logs in as the administrator; answers what posts JSON to the API, on connections that are kept. */
export async function login(url) {
  const pool = new Pool(url, { connections: 8 });
  const credentials = Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64');
  const answer = await pool.request({
    path: '/oauth/token',
    method: 'POST',
    headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials',
  });
  const { access_token: token } = await answer.body.json();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return async (path, body, method = 'POST') => {
    const response = await pool.request({ path, method, headers, body: body && JSON.stringify(body) });
    if (response.statusCode >= 300)
      throw new Error(`${path}: ${response.statusCode} ${await response.body.text()}`);
    return response.body.json();
  };
}
