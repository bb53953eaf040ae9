import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { type Gate, holdSeconds, regained, throttled } from './gate.js';

interface GateRow {
  held_for_ms: number | null;
  outages: number;
  pace_factor: number;
  paced_for_ms: number;
}

/** What other processes learn of the provider counts here after this long. */
const FRESH_MS = 250;
/** Throttling within this time is about the rate before the last reduction. */
const THROTTLE_EVERY_MS = 1_000;
/** Longer than a call takes: after this somebody else may try. */
const PROBE_LEASE_MS = 25_000;

const READ = `
  SELECT extract(epoch FROM held_until - clock_timestamp()) * 1000 AS held_for_ms, outages, pace_factor,
         extract(epoch FROM clock_timestamp() - paced_at) * 1000 AS paced_for_ms
    FROM integration_gates WHERE integration_id = $1`;

/** Hold: integration, milliseconds. A hold never ends another one early. */
const HOLD = `
  INSERT INTO integration_gates (integration_id, held_until)
  VALUES ($1, clock_timestamp() + $2 * interval '1 millisecond')
  ON CONFLICT (integration_id) DO UPDATE
    SET held_until = greatest(integration_gates.held_until, excluded.held_until)`;

/** Outage: integration, outages before it, seconds. Failures while it is held already change nothing. */
const OUTAGE = `
  INSERT INTO integration_gates (integration_id, outages, held_until)
  VALUES ($1, 1, clock_timestamp() + $3 * interval '1 second')
  ON CONFLICT (integration_id) DO UPDATE
    SET outages = $2 + 1, held_until = excluded.held_until, probing_until = NULL
    WHERE integration_gates.outages = $2
      AND coalesce(integration_gates.held_until, '-infinity') < clock_timestamp()
  RETURNING outages`;

const THROTTLE = `
  INSERT INTO integration_gates (integration_id, pace_factor, paced_at) VALUES ($1, $2, clock_timestamp())
  ON CONFLICT (integration_id) DO UPDATE SET pace_factor = $2, paced_at = clock_timestamp()
    WHERE integration_gates.pace_factor = 1
       OR integration_gates.paced_at < clock_timestamp() - $3 * interval '1 millisecond'
  RETURNING pace_factor`;

const PROBE = `
  UPDATE integration_gates SET probing_until = clock_timestamp() + $2 * interval '1 millisecond'
   WHERE integration_id = $1 AND outages > 0 AND coalesce(probing_until, '-infinity') < clock_timestamp()
  RETURNING outages`;

const STOP_PROBING = `
  UPDATE integration_gates SET probing_until = NULL WHERE integration_id = $1 AND probing_until IS NOT NULL
  RETURNING outages`;

const CLOSE = `
  UPDATE integration_gates SET outages = 0, probing_until = NULL WHERE integration_id = $1 AND outages > 0
  RETURNING integration_id`;

interface Known {
  until: number;
  gate: Promise<Gate & { outages: number }>;
  /** Once it was read. */
  isHalfOpen: boolean | undefined;
}

/**
 * The circuit of each integration and its adaptive rate, in PostgreSQL, so that what one process hears from the
 * provider holds for all, also after a restart.
 */
@Injectable()
export class IntegrationGates {
  private readonly known = new Map<string, Known>();

  constructor(private readonly uow: UnitOfWork) {}

  get(integrationId: string): Promise<Gate & { outages: number }> {
    const now = performance.now();
    const known = this.known.get(integrationId);
    if (known && known.until > now) return known.gate;
    const gate = this.read(integrationId);
    const entry: Known = { until: now + FRESH_MS, gate, isHalfOpen: undefined };
    this.known.set(integrationId, entry);
    gate.then(
      ({ isHalfOpen }) => (entry.isHalfOpen = isHalfOpen),
      () => this.known.delete(integrationId),
    );
    return gate;
  }

  /** True when the last look, not long ago, saw no outage. */
  isKnownToWork(integrationId: string): boolean {
    const known = this.known.get(integrationId);
    return known?.isHalfOpen === false && known.until > performance.now();
  }

  /** Nothing leaves for a while. */
  async hold(integrationId: string, ms: number): Promise<void> {
    await this.change(integrationId, HOLD, [integrationId, ms]);
  }

  /** The provider can't be reached: holds, twice as long each time. True when this began or prolonged an outage. */
  async outage(integrationId: string): Promise<boolean> {
    const { outages } = await this.get(integrationId);
    return this.change(integrationId, OUTAGE, [integrationId, outages, holdSeconds(outages + 1)]);
  }

  /** The provider asks for fewer calls: halves the rate, which recovers by itself. True when it changed. */
  async throttle(integrationId: string, waitMs: number): Promise<boolean> {
    const { factor } = await this.get(integrationId);
    const params = [integrationId, throttled(factor), THROTTLE_EVERY_MS];
    const changed = await this.change(integrationId, THROTTLE, params);
    if (changed) await this.hold(integrationId, waitMs);
    return changed;
  }

  /** True for the one who may send one message to see whether an outage is over. */
  probe(integrationId: string): Promise<boolean> {
    return this.change(integrationId, PROBE, [integrationId, PROBE_LEASE_MS]);
  }

  /** Whoever was to try had nothing to send: somebody else may. */
  async stopProbing(integrationId: string): Promise<void> {
    await this.change(integrationId, STOP_PROBING, [integrationId]);
  }

  /** A call was answered: true when that ended an outage. */
  async works(integrationId: string): Promise<boolean> {
    if (!(await this.get(integrationId)).isHalfOpen) return false;
    return this.change(integrationId, CLOSE, [integrationId]);
  }

  private async change(integrationId: string, sql: string, params: unknown[]): Promise<boolean> {
    const answer = await this.uow.manager.query<[unknown[], number] | unknown[]>(sql, params);
    this.known.delete(integrationId);
    const rows = Array.isArray(answer[0]) ? answer[0] : answer;
    return rows.length > 0;
  }

  private async read(integrationId: string): Promise<Gate & { outages: number }> {
    const [row] = await this.uow.manager.query<GateRow[]>(READ, [integrationId]);
    if (!row) return { heldForMs: 0, isHalfOpen: false, factor: 1, outages: 0 };
    return {
      heldForMs: Math.max(0, Number(row.held_for_ms ?? 0)),
      isHalfOpen: row.outages > 0,
      factor: regained(row.pace_factor, Number(row.paced_for_ms)),
      outages: row.outages,
    };
  }
}
