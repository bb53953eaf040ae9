// The same load as others do it: by hand in SQL, and row by row.
import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import readline from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';

const CONTACT_COLUMNS = ['custId', 'first', 'last', 'city', 'wa', 'amount'];

const contactLine = (n) =>
  n % 50 === 0
    ? `c${n},"Jürgen ""J"" ${n}",Müller-Lüdenscheidt,"Köln, Süd",+49151${10_000_000 + n},${(n * 7919) % 100_000}.50\n`
    : `c${n},Vorname${n % 1000},Nachname-Beispiel${n % 5000},Hamburg Altona,+49151${10_000_000 + n},${(n * 7919) % 100_000}.50\n`;
const numberLine = (n) => `Name${n % 5000},+49151${10_000_000 + n}\n`;

/**
 * What is loaded: file, table and the statements of the rivals. Each writes the same rows as the product. `addRow` puts
 * the first row of the file into a list.
 */
export const LOADS = {
  contacts: {
    kind: 'contact-list',
    table: 'contacts',
    lists: 'contact_lists',
    header: `${CONTACT_COLUMNS.join(',')}\n`,
    line: contactLine,
    options: { contactIdName: 'custId' },
    columnNames: CONTACT_COLUMNS,
    addList: `INSERT INTO contact_lists (name, division_id, column_names, whats_app_columns)
              SELECT 'L' || gen_random_uuid(), id, '{${CONTACT_COLUMNS.join(',')}}',
                     '[{"columnName": "wa", "type": "cell"}]' FROM divisions WHERE home RETURNING id`,
    addRow: `INSERT INTO contacts (contact_list_id, contact_id, data, whatsapp_ids) VALUES ($1, 'c0', '{}', '{}')`,
    staging: '("custId" text, first text, last text, city text, wa text, amount text)',
    byHand: `INSERT INTO contacts (contact_list_id, contact_id, data, whatsapp_ids)
             SELECT $1, "custId",
                    jsonb_build_object('custId', "custId", 'first', first, 'last', last, 'city', city, 'wa', wa, 'amount', amount),
                    jsonb_build_object('wa', jsonb_build_object('id', ltrim(wa, '+'), 'key', ltrim(wa, '+')))
               FROM staging
             ON CONFLICT (contact_list_id, contact_id) DO UPDATE
                SET data = excluded.data, whatsapp_ids = excluded.whatsapp_ids, updated_at = now()`,
    byRow: `INSERT INTO contacts (contact_list_id, contact_id, data, whatsapp_ids) VALUES ($1, $2, $3, $4)
            ON CONFLICT (contact_list_id, contact_id) DO UPDATE
               SET data = excluded.data, whatsapp_ids = excluded.whatsapp_ids, updated_at = now()`,
    values: (listId, [custId, first, last, city, wa, amount]) => {
      const id = wa.slice(1);
      return [listId, custId, { custId, first, last, city, wa, amount }, { wa: { id, key: id } }];
    },
  },
  dnc: {
    kind: 'dnc-list',
    table: 'dnc_entries',
    lists: 'dnc_lists',
    header: 'name,number\n',
    line: numberLine,
    options: { numberColumns: ['number'] },
    addList: `INSERT INTO dnc_lists (name, division_id, contact_method)
              SELECT 'D' || gen_random_uuid(), id, 'WhatsApp' FROM divisions WHERE home RETURNING id`,
    addRow: `INSERT INTO dnc_entries (dnc_list_id, match_key, value) VALUES ($1, '4915110000000', '4915110000000')`,
    staging: '(name text, number text)',
    byHand: `INSERT INTO dnc_entries (dnc_list_id, match_key, value)
             SELECT $1, ltrim(number, '+'), number FROM staging
             ON CONFLICT (dnc_list_id, match_key) DO UPDATE
                SET value = excluded.value, expires_at = excluded.expires_at`,
    byRow: `INSERT INTO dnc_entries (dnc_list_id, match_key, value) VALUES ($1, $2, $3)
            ON CONFLICT (dnc_list_id, match_key) DO UPDATE
               SET value = excluded.value, expires_at = excluded.expires_at`,
    values: (listId, [, number]) => [listId, number.slice(1), number],
  },
};

export async function writeFile({ header, line }, file, rows) {
  const out = createWriteStream(file);
  let chunk = header;
  for (let n = 0; n < rows; n += 1) {
    chunk += line(n);
    if (chunk.length < 1 << 18) continue;
    if (!out.write(chunk)) await once(out, 'drain');
    chunk = '';
  }
  out.end(chunk);
  await once(out, 'close');
}

/** \copy into a text table, then one INSERT ... SELECT ... ON CONFLICT; in seconds. */
export async function loadByHand(db, load, listId, file) {
  const startedAt = performance.now();
  await db.query('BEGIN');
  await db.query(`CREATE TEMPORARY TABLE staging ${load.staging} ON COMMIT DROP`);
  const copy = db.query(copyFrom(`COPY staging FROM STDIN WITH (FORMAT csv, HEADER true)`));
  await pipeline(createReadStream(file), copy);
  await db.query(load.byHand, [listId]);
  await db.query('COMMIT');
  return (performance.now() - startedAt) / 1000;
}

/** A prepared upsert for each row, committed every 10,000; in seconds. */
export async function loadByRow(db, load, listId, file) {
  const startedAt = performance.now();
  let rows = 0;
  await db.query('BEGIN');
  for await (const line of readline.createInterface({ input: createReadStream(file) })) {
    if (rows > 0) {
      const cells = line.includes('"') ? unquote(line) : line.split(',');
      await db.query({ name: load.table, text: load.byRow, values: load.values(listId, cells) });
      if (rows % 10_000 === 0) await db.query('COMMIT; BEGIN');
    }
    rows += 1;
  }
  await db.query('COMMIT');
  return (performance.now() - startedAt) / 1000;
}

function unquote(line) {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/gu)].map(([, quoted, bare]) =>
    quoted === undefined ? bare : quoted.replaceAll('""', '"'),
  );
}
