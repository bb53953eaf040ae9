import { setImmediate as nextTurn } from 'node:timers/promises';
import { DataSource, EntityManager, type QueryRunner } from 'typeorm';

const NEVER = new Promise<never>(() => undefined);

/**
 * The moments at which a process of the engine may end: before and after each word with PostgreSQL, Redis, the queue
 * and the provider. After a crash nothing of it goes on: whatever it awaits never comes.
 */
export class CrashPoints {
  passed = 0;
  /** Where it ended, once it has. */
  crashedAt: string | undefined;
  readonly died: Promise<void>;
  private tellDeath: () => void;

  /** Crashes at the point of this number, and lets a connection break at those of these numbers. */
  constructor(private plan: { crashAt: number; breakAt: ReadonlySet<number> }) {
    this.tellDeath = () => undefined;
    this.died = new Promise((resolve) => (this.tellDeath = resolve));
  }

  get isDead(): boolean {
    return this.crashedAt !== undefined;
  }

  crash(where = 'any moment'): void {
    this.crashedAt ??= where;
    this.tellDeath();
  }

  /** No more crashes and broken connections: the schedule comes to its end. */
  calm(): void {
    this.plan = { crashAt: Infinity, breakAt: new Set() };
  }

  async pass(where: string, mayBreak = true): Promise<void> {
    if (this.isDead) return NEVER;
    this.passed += 1;
    if (this.passed === this.plan.crashAt) {
      this.crash(where);
      return NEVER;
    }
    if (mayBreak && this.plan.breakAt.has(this.passed)) throw new Error(`The connection broke ${where}.`);
  }

  /** The same object, each of its methods between two points. */
  around<T extends object>(target: T, name: string, plain: readonly string[] = []): T {
    return new Proxy(target, {
      get: (object, property) => {
        const value: unknown = Reflect.get(object, property);
        if (typeof value !== 'function') return value;
        if (plain.includes(String(property))) return value.bind(object) as unknown;
        return async (...args: unknown[]) => {
          await this.pass(`before ${name} ${String(property)}`);
          const answer: unknown = await (value as (...all: unknown[]) => unknown).apply(object, args);
          await this.pass(`after ${name} ${String(property)}`);
          return answer;
        };
      },
    });
  }
}

/** A data source of one process, over the connections of another one; they are free again when the process has died. */
export function crashable(
  shared: DataSource,
  points: CrashPoints,
): { db: DataSource; abandon: () => Promise<void> } {
  const open = new Map<QueryRunner, { rollBack: () => Promise<void>; busy: Promise<unknown> }>();
  const db = Object.create(shared) as DataSource;
  Object.defineProperty(db, 'manager', { value: new EntityManager(db) });
  db.createQueryRunner = (mode) => {
    const runner = DataSource.prototype.createQueryRunner.call(db, mode);
    const [query, release] = [runner.query.bind(runner), runner.release.bind(runner)];
    const entry = {
      busy: Promise.resolve() as Promise<unknown>,
      rollBack: async () => {
        await entry.busy;
        await query('ROLLBACK');
        await release();
      },
    };
    open.set(runner, entry);
    runner.query = async (sql: string, ...rest: never[]) => {
      const name = sql.trim().split(/\s+/u).slice(0, 2).join(' ');
      const mayBreak = name !== 'ROLLBACK';
      await points.pass(`before ${name}`, mayBreak);
      const answer = query(sql, ...rest) as Promise<never>;
      entry.busy = answer.catch(() => undefined);
      const rows = await answer;
      await points.pass(`after ${name}`, mayBreak);
      return rows;
    };
    runner.release = async () => {
      if (points.isDead) return NEVER;
      open.delete(runner);
      await release();
    };
    return runner;
  };
  return {
    db,
    abandon: async () => {
      // What was on its way when the process died gets to PostgreSQL or not; then its session ends.
      await nextTurn();
      await Promise.all([...open.values()].map(({ rollBack }) => rollBack()));
    },
  };
}
