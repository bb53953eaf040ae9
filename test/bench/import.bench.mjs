// Imports of contacts and of DNC numbers, against the same load by hand in SQL and against upserts row by row;
// memory of the worker; and what an import does to reads of the API.
// Run: npm run build && node test/bench/import.bench.mjs [rows] [repeats] [contacts,dnc,reads]
import fs from 'node:fs/promises';
import path from 'node:path';
import { Pool } from 'undici';
import {
  CLIENT,
  median,
  percentile,
  residentBytes,
  runImport,
  startBenchProduct,
} from './import/product.mjs';
import { LOADS, loadByHand, loadByRow, writeFile } from './import/rivals.mjs';

const ROWS = Number(process.argv[2] ?? 1_000_000);
const REPEATS = Number(process.argv[3] ?? 5);
const PARTS = (process.argv[4] ?? 'contacts,dnc,reads').split(',');
const MIB = 1024 ** 2;
const READ_EVERY_MS = 20;
const results = [];

const product = await startBenchProduct();
try {
  const worker = await product.start('worker');
  await pause(3_000);
  const idleBytes = await residentBytes(worker.pid);
  for (const [name, load] of Object.entries(LOADS))
    if (PARTS.includes(name)) await measure(name, load, worker, idleBytes);
  if (PARTS.includes('reads')) await measureReads(LOADS.contacts, worker);
} finally {
  await product.stop();
}
for (const { what, value, bar, good } of results)
  print(`${good ? 'pass' : 'FAIL'}  ${what}: ${value} (bar ${bar})`);
process.exitCode = results.every(({ good }) => good) ? 0 : 1;

async function measure(name, load, worker, idleBytes) {
  const { file, small } = await writeFiles(name, load);
  print(`${name}: ${ROWS} rows, ${Math.round((await fs.stat(file)).size / 1e6)} MB`);
  // Garbage takes a while to grow to what it may be, also with small files: as many rows in each kind of file.
  let smallBytes = 0;
  for (let turn = 0; turn < 10; turn += 1)
    smallBytes = Math.max(smallBytes, (await importOnce(load, small, worker)).peakBytes);
  const times = { product: [], merging: [], byHand: [], byRow: [] };
  let peakBytes = 0;
  for (let turn = 0; turn < REPEATS; turn += 1) {
    const run = await importOnce(load, file, worker);
    peakBytes = Math.max(peakBytes, run.peakBytes);
    times.product.push(run.seconds);
    const merging = await importOnce(load, file, worker, await listWithRow(load));
    peakBytes = Math.max(peakBytes, merging.peakBytes);
    times.merging.push(merging.seconds);
    times.byHand.push(await loadByHand(product.db, load, await emptyList(load), file));
    times.byRow.push(10 * (await loadByRow(product.db, load, await emptyList(load), small)));
    print(
      `  ${Object.entries(times)
        .map(([who, all]) => `${who} ${all.at(-1).toFixed(1)} s`)
        .join(', ')}`,
    );
  }
  const [own, merging, byHand, byRow] = Object.values(times).map(median);
  print(
    `  ${Math.round(ROWS / own)} rows/s; by hand ${Math.round(ROWS / byHand)}, by row ${Math.round(ROWS / byRow)}`,
  );
  const aboveIdle = (peakBytes - idleBytes) / MIB;
  const smallAboveIdle = (smallBytes - idleBytes) / MIB;
  judge(`${name}, time over SQL by hand`, own / byHand, 1.3, (ratio) => ratio <= 1.3);
  judge(`${name}, the same into a list with a row`, merging / byHand, 1.3, (ratio) => ratio <= 1.3);
  judge(`${name}, rate over upserts by row`, byRow / own, 2, (ratio) => ratio >= 2);
  judge(`${name}, MiB above idle (${Math.round(idleBytes / MIB)})`, aboveIdle, 150, (mib) => mib <= 150);
  judge(
    `${name}, MiB above that of files with a tenth of the rows`,
    aboveIdle - smallAboveIdle,
    50,
    (mib) => mib <= 50,
  );
}

/** A file of all rows, and one of a tenth of them. */
async function writeFiles(name, load) {
  const [file, small] = [path.join(product.dataDir, name), path.join(product.dataDir, `${name}-small`)];
  await writeFile(load, file, ROWS);
  await writeFile(load, small, Math.ceil(ROWS / 10));
  return { file, small };
}

async function importOnce(load, file, worker, listId) {
  return runImport(product, { ...load, targetId: listId ?? (await emptyList(load)), file }, worker.pid);
}

/** A list in a table that is as empty as at first; older ones are gone, or they would count against the limits. */
async function emptyList(load) {
  await product.db.query(`TRUNCATE ${load.table} CASCADE`);
  await product.db.query(`DELETE FROM ${load.lists}`);
  await product.db.query('CHECKPOINT');
  const { rows } = await product.db.query(load.addList);
  return rows[0].id;
}

async function listWithRow(load) {
  const listId = await emptyList(load);
  await product.db.query(load.addRow, [listId]);
  await product.db.query(`UPDATE ${load.lists} SET size = 1 WHERE id = $1`, [listId]);
  return listId;
}

async function measureReads(load, worker) {
  const api = await product.start('api');
  const pool = new Pool(api.url, { connections: 1 });
  const listId = await emptyList(load);
  const { file, small } = await writeFiles('contacts', load);
  await runImport(product, { ...load, targetId: listId, file: small }, worker.pid);
  const { rows } = await product.db.query(load.addList);
  const reader = await openReader(pool, listId);
  for (let n = 0; n < 100; n += 1) await reader();
  const idle = await readFor(reader, 10_000);
  const over = { isOver: false };
  const busy = readUntil(reader, over);
  await runImport(product, { ...load, targetId: rows[0].id, file }, worker.pid);
  over.isOver = true;
  const during = await busy;
  const [idleP95, busyP95] = [percentile(idle, 0.95), percentile(during, 0.95)];
  print(
    `reads: p95 idle ${idleP95.toFixed(1)} ms (${idle.length}), during an import ${busyP95.toFixed(1)} ms (${during.length})`,
  );
  judge('p95 of reads during an import over idle', busyP95 / idleP95, 2, (ratio) => ratio <= 2);
  await pool.close();
}

/** Reads a list and a page of its contacts in turns. */
async function openReader(pool, listId) {
  const token = await tokenOf(pool);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const list = `/api/v2/outbound/contactlists/${listId}`;
  let turn = 0;
  return async () => {
    const request =
      (turn += 1) % 2
        ? { method: 'GET', path: `${list}?includeSize=true&includeImportStatus=true` }
        : { method: 'POST', path: `${list}/contacts/search`, body: '{"pageSize":25,"pageNumber":1}' };
    const startedAt = performance.now();
    const answer = await pool.request({ ...request, headers });
    await answer.body.dump();
    if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
    return performance.now() - startedAt;
  };
}

async function tokenOf(pool) {
  const answer = await pool.request({
    method: 'POST',
    path: '/oauth/token',
    headers: {
      authorization: `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  });
  return (await answer.body.json()).access_token;
}

async function readFor(reader, ms) {
  const over = { isOver: false };
  setTimeout(() => (over.isOver = true), ms);
  return readUntil(reader, over);
}

async function readUntil(reader, over) {
  const times = [];
  while (!over.isOver) {
    times.push(await reader());
    await pause(READ_EVERY_MS);
  }
  return times;
}

function judge(what, value, bar, isGood) {
  results.push({ what, value: value.toFixed(2), bar, good: isGood(value) });
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
