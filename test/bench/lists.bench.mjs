// Work on one big contact list against SQL by hand: filter preview, far pages of a search, export.
// Run: npm run build && node test/bench/lists.bench.mjs [contacts] [repeats] [preview,pages,export]
import fs from 'node:fs/promises';
import path from 'node:path';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { to as copyTo } from 'pg-copy-streams';
import { CLIENT, median, startBenchProduct } from './import/product.mjs';

const CONTACTS = Number(process.argv[2] ?? 1_000_000);
const REPEATS = Number(process.argv[3] ?? 5);
const PARTS = (process.argv[4] ?? 'preview,pages,export').split(',');
const PAGE_SIZE = 100;
const FAR_PAGE = Math.min(5_000, CONTACTS / PAGE_SIZE);
const COLUMNS = ['custId', 'first', 'last', 'city', 'wa', 'amount'];
const results = [];

const ADD_LIST = `
  INSERT INTO contact_lists (name, division_id, column_names, whats_app_columns, size)
  SELECT 'L', id, $1, '[{"columnName": "wa", "type": "cell"}]', $2 FROM divisions WHERE home RETURNING id`;
const FILL = `
  INSERT INTO contacts (contact_list_id, contact_id, data, whatsapp_ids)
  SELECT $1, 'c' || n,
         jsonb_build_object('custId', 'c' || n, 'first', 'Vorname' || n % 1000, 'last', 'Nachname-Beispiel' || n % 5000,
                            'city', CASE n % 3 WHEN 0 THEN 'Köln' ELSE 'Hamburg Altona' END,
                            'wa', '+49151' || (10000000 + n), 'amount', ((n * 7919) % 100000) || '.50'),
         jsonb_build_object('wa', jsonb_build_object('id', '49151' || (10000000 + n), 'key', '49151' || (10000000 + n)))
    FROM generate_series(1, $2::bigint) AS n`;

const product = await startBenchProduct();
try {
  const { db } = product;
  const { rows } = await db.query(ADD_LIST, [COLUMNS, CONTACTS]);
  const listId = rows[0].id;
  await db.query(FILL, [listId, CONTACTS]);
  await db.query('VACUUM ANALYZE contacts');
  const api = await product.start('api');
  const call = await login(api.url);
  if (PARTS.includes('preview')) await comparePreview(db, call, listId);
  if (PARTS.includes('pages')) await comparePages(call, listId);
  if (PARTS.includes('export')) {
    await product.start('worker');
    await compareExport(db, call, listId);
  }
} finally {
  await product.stop();
}
for (const { what, ratio, bar } of results)
  print(`${ratio <= bar ? 'pass' : 'FAIL'}  ${what}: ${ratio.toFixed(2)} (bar ${bar})`);
process.exitCode = results.every(({ ratio, bar }) => ratio <= bar) ? 0 : 1;

async function comparePreview(db, call, listId) {
  const predicates = [
    { column: 'city', columnType: 'alphabetic', operator: 'EQUALS', value: 'Köln' },
    { column: 'amount', columnType: 'numeric', operator: 'GREATER_THAN', value: '50000' },
    { column: 'last', columnType: 'alphabetic', operator: 'BEGINS_WITH', value: 'nachname-beispiel1' },
  ];
  const body = { name: 'x', contactList: { id: listId }, clauses: [{ filterType: 'AND', predicates }] };
  const condition = `contact_list_id = $1 AND lower(data ->> 'city') = 'köln' AND (data ->> 'amount')::numeric > 50000
    AND lower(data ->> 'last') LIKE 'nachname-beispiel1%'`;
  const times = await alternate(
    async () => void (await call('/api/v2/outbound/contactlistfilters/preview', body)),
    async () => {
      await db.query(`SELECT count(*) FROM contacts WHERE ${condition}`, [listId]);
      await db.query(`SELECT * FROM contacts WHERE ${condition} ORDER BY seq LIMIT 10`, [listId]);
    },
  );
  judge('filter preview over SQL by hand', times, 1.3);
}

async function comparePages(call, listId) {
  const page = (pageNumber, narrow) => () =>
    call(`/api/v2/outbound/contactlists/${listId}/contacts/search`, {
      pageNumber,
      pageSize: PAGE_SIZE,
      ...narrow,
    });
  const begun = performance.now();
  await page(FAR_PAGE)();
  print(`  page ${FAR_PAGE} for the first time: ${(performance.now() - begun).toFixed(1)} ms`);
  const many = (ask) => async () => {
    for (let turn = 0; turn < 10; turn += 1) await ask();
  };
  judge(`page ${FAR_PAGE} over page 1`, await alternate(many(page(FAR_PAGE)), many(page(1))), 1.5);
  const predicates = [
    { column: 'city', columnType: 'alphabetic', operator: 'EQUALS', value: 'Hamburg Altona' },
  ];
  const criteria = { clauses: [{ predicates }] };
  // Two of three contacts match.
  const far = Math.min(5_000, Math.floor((CONTACTS * 0.6) / PAGE_SIZE));
  const found = await alternate(page(far, { criteria }), page(1, { criteria }));
  judge(`page ${far} of those that criteria select over page 1`, found, 1.5);
  const contactSorts = [{ fieldName: 'last', direction: 'ASC' }];
  const sorted = await alternate(page(FAR_PAGE, { contactSorts }), page(1, { contactSorts }));
  print(
    `  page ${FAR_PAGE} of sorted contacts: ${median(sorted[0]).toFixed(3)} s, page 1: ${median(sorted[1]).toFixed(3)} s`,
  );
}

async function compareExport(db, call, listId) {
  const file = path.join(product.dataDir, 'by-hand.csv');
  const cells = COLUMNS.map((name) => `data ->> '${name}'`).join(', ');
  const noted = `callable, contactable, NOT 'wa' = ANY (uncontactable_columns),
    to_char(e.evaluated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), e.wrapup_code`;
  const query = `SELECT contact_id, ${cells}, ${noted} FROM contacts
    LEFT JOIN contact_evaluations e ON e.contact_seq = seq AND e.contact_column = 'wa'
    WHERE contact_list_id = '${listId}'`;
  const own = [];
  const byHand = [];
  for (let turn = 0; turn < REPEATS; turn += 1) {
    await call(`/api/v2/outbound/contactlists/${listId}/export`, {});
    own.push(await exportSeconds(db));
    const begun = performance.now();
    await pipeline(db.query(copyTo(`COPY (${query}) TO STDOUT WITH (FORMAT csv)`)), createWriteStream(file));
    byHand.push((performance.now() - begun) / 1000);
  }
  print(`  file by hand: ${((await fs.stat(file)).size / 1e6).toFixed(0)} MB`);
  judge('export over \\copy', [own, byHand], 2);
}

async function exportSeconds(db) {
  for (;;) {
    const { rows } = await db.query(
      `SELECT state, extract(epoch FROM finished_at - created_at)::float8 AS seconds, row_count AS count
         FROM export_files ORDER BY created_at DESC LIMIT 1`,
    );
    const [{ state, seconds, count }] = rows;
    if (state === 'failed') throw new Error('the export failed');
    if (state === 'complete') {
      if (count !== CONTACTS) throw new Error(`the export has ${count} contacts`);
      return seconds;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function alternate(...works) {
  const times = works.map(() => []);
  for (const work of works) await work();
  for (let turn = 0; turn < REPEATS; turn += 1) {
    for (const [at, work] of works.entries()) {
      const begun = performance.now();
      await work();
      times[at].push((performance.now() - begun) / 1000);
    }
  }
  return times;
}

function judge(what, [own, other], bar) {
  const [a, b] = [median(own), median(other)];
  print(`  ${what}: ${a.toFixed(3)} s against ${b.toFixed(3)} s`);
  results.push({ what, ratio: a / b, bar });
}

async function login(url) {
  const credentials = Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64');
  const answer = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials',
  });
  const { access_token: token } = await answer.json();
  return async (target, body) => {
    const response = await fetch(url + target, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${target}: ${response.status} ${await response.text()}`);
    return response.json();
  };
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
