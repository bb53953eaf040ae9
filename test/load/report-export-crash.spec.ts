import pg from 'pg';
import { Api } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { crash, type Product, startProduct } from '../support/product.js';

const EXPORTS = '/api/v2/analytics/reporting/exports';
const ROWS = 600_000;
const BEGIN = '2026-09-01T00:00:00Z';
const LONGEST_MS = 180_000;

const INTERACTIONS = `
  INSERT INTO interactions (message_id, campaign_id, division_id, contact_list_id, contact_id, contact_column, address,
    integration_id, content_template_id, started_at, settled_at, disposition, delivery_status)
  SELECT gen_random_uuid(), gen_random_uuid(), d.id, gen_random_uuid(), 'c' || n, 'wa', '49151' || (10000000 + n),
         gen_random_uuid(), gen_random_uuid(), at, at, 'OUTBOUND-MESSAGE-SENT', 'Read'
    FROM divisions d, generate_series(1, $1::int) AS n,
         LATERAL (SELECT $2::timestamptz + n * interval '5 seconds' AS at) times
   WHERE d.home`;

// Only what tells how many there are: the sums are of no matter here.
const COUNTS = `
  INSERT INTO interaction_counts (started_at, campaign_id, division_id, contact_list_id, messages)
  SELECT date_bin('15 minutes', started_at, 'epoch'), division_id, division_id, division_id, count(*)
    FROM interactions GROUP BY 1, 2`;

interface Exported {
  id: string;
  status: string;
  percentageComplete: number;
  rowCount: number;
  downloadUrl: string;
}

describe('an export of interactions whose worker is killed', () => {
  let product: Product;
  let api: Api;
  let db: pg.Client;

  beforeAll(async () => {
    product = await startProduct({ workers: 1 });
    api = await Api.login(product);
    db = new pg.Client({ connectionString: product.databaseUrl });
    await db.connect();
    await db.query(
      `SELECT create_interaction_month($1::timestamptz + n * interval '15 days') FROM generate_series(0, 4) n`,
      [BEGIN],
    );
    await db.query(INTERACTIONS, [ROWS, BEGIN]);
    await db.query(COUNTS);
    await db.query('ANALYZE interactions, interaction_counts');
  });

  afterAll(async () => {
    await db?.end();
    await product?.stop();
  });

  it('is whole and in order when another worker has made it, and tells how far it is meanwhile', async () => {
    const started = await api.post<Exported>(EXPORTS, {
      name: 'All',
      timeZone: 'UTC',
      exportFormat: 'CSV',
      interval: `${BEGIN}/2026-11-01T00:00:00Z`,
      period: 'P1D',
      viewType: 'INTERACTION_SEARCH_VIEW',
      filter: {},
      locale: 'sv-SE',
    });
    const look = async (): Promise<Exported> => {
      const { entities } = await api.get<{ entities: Exported[] }>(EXPORTS);
      return entities.find(({ id }) => id === started.id)!;
    };
    const seen = new Set<number>();
    const halfway = async (): Promise<Exported | false> => {
      const found = await look();
      seen.add(found.percentageComplete);
      expect(found.status).not.toContain('COMPLETED');
      return found.percentageComplete > 0 && found;
    };
    const { percentageComplete, rowCount } = await eventually('some of the rows', halfway, LONGEST_MS);
    expect(percentageComplete).toBe(Math.min(99, Math.floor((rowCount * 100) / ROWS)));
    expect(percentageComplete).toBeLessThan(100);
    await crash(product.workers.at(-1)!);
    await product.startWorker();

    const done = await eventually(
      'the export',
      async () => {
        const found = await look();
        return found.status === 'COMPLETED' && found;
      },
      LONGEST_MS,
    );
    expect(done).toMatchObject({ percentageComplete: 100, rowCount: ROWS });
    const lines = (await api.download(done.downloadUrl)).split('\n');
    const { rows } = await db.query<{ id: string }>(
      'SELECT message_id AS id FROM interactions ORDER BY started_at, message_id',
    );
    expect(lines).toHaveLength(ROWS + 2);
    const wrong = rows.findIndex(({ id }, at) => !lines[at + 1]!.startsWith(`${id},`));
    expect(wrong).toBe(-1);
  });
});
