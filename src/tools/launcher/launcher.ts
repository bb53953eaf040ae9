import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../platform/config/config.js';
import { lockDataDir } from '../embedded/data-dir.js';
import { ensureFolder } from '../embedded/files.js';
import { freePort, whyNotFree } from '../embedded/ports.js';
import { startPostgres } from '../embedded/postgres.js';
import type { StopStep } from '../embedded/process-identity.js';
import { startRedis } from '../embedded/redis.js';
import type { Report, RunningService } from '../embedded/service-process.js';
import { StartError } from '../start-error.js';
import { ChildLog } from './child-log.js';
import { startChild, stopLeftoverChildren } from './child-process.js';
import { explainPort, localUrl, planStart, type Plan } from './plan.js';
import { encryptionKey, readSimulatorSecrets, saveSimulatorSecrets, simulatorSecrets } from './secrets.js';
import type { SimulatorSecrets } from './secrets.js';
import { simulatorEnvironment, simulatorUrl } from './simulator-child.js';
import { Supervisor } from './supervisor.js';
import { withWorkerMemory } from './worker-memory.js';

const DIST = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const CHILD_ATTEMPTS = 3;
/** All must be over in 10 s: from here on no step of the stop waits longer than a third of a second. */
const HURRY_AFTER_MS = 7500;
const CHILD_STEPS: StopStep[] = [
  ['SIGTERM', 6500],
  ['SIGKILL', 500],
];
const SIMULATOR_STEPS: StopStep[] = [
  ['SIGTERM', 1000],
  ['SIGKILL', 500],
];

/** What a finished start offers. */
export interface Started {
  /** For people and outside programs. */
  publicUrl: string;
  /** For programs on this machine. */
  baseUrl: string;
  /** The simulator that was started, if it was. */
  simulator?: SimulatorSecrets;
}

/** Starts everything in order, keeps it running and stops it in the reverse order. */
export class Launcher {
  private readonly plan: Plan;
  private readonly recordFolder: string;
  private readonly children: Supervisor[] = [];
  private readonly servers: Supervisor[] = [];
  private readonly hurry = new AbortController();
  private unlock: () => void = () => {};
  private stopped?: Promise<void>;
  private port: number;

  constructor(
    private readonly config: Config,
    private readonly env: NodeJS.ProcessEnv,
    private readonly report: Report,
  ) {
    this.plan = planStart(config, readSimulatorSecrets(config.dataDir)?.port !== undefined);
    // Only the one holder of a data folder may take the processes recorded in it for leftovers.
    const run = path.join(config.dataDir, 'run');
    this.recordFolder = this.plan.exclusive ? run : path.join(run, String(process.pid));
    this.port = config.port;
  }

  /** Brings everything up; throws StartError, then `stop` removes what had been started. */
  async start(): Promise<Started> {
    const { config, plan, report } = this;
    ensureFolder(config.dataDir);
    if (plan.exclusive) {
      this.unlock = lockDataDir(config.dataDir, localUrl(config.host, config.port));
      await stopLeftoverChildren(this.recordFolder, CHILD_STEPS, report);
    }
    await this.checkPort();
    const [databaseUrl = config.databaseUrl, redisUrl = config.redisUrl] = await Promise.all([
      plan.postgres
        ? this.serve('PostgreSQL', () => startPostgres({ dataDir: config.dataDir, report }))
        : undefined,
      plan.redis ? this.serve('Redis', () => startRedis({ dataDir: config.dataDir, report })) : undefined,
    ]);
    const simulator = plan.simulator ? await this.simulate() : readSimulatorSecrets(config.dataDir);
    this.throwIfStopped();
    report(`Starting ${plan.children.join(' and ')} ...`);
    const env = this.childEnvironment({ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl }, simulator);
    await Promise.all(
      plan.children.map((role) =>
        this.supervise(role, {
          script: 'main.js',
          env: { ...(role === 'worker' ? withWorkerMemory(env) : env), PROCESS_ROLE: role },
          steps: CHILD_STEPS,
        }),
      ),
    );
    const baseUrl = localUrl(config.host, this.port);
    const publicUrl = config.port === 0 ? baseUrl : config.publicUrl;
    return { publicUrl, baseUrl, simulator: plan.simulator ? simulator : undefined };
  }

  /** Stops everything in order, within 10 s; called again, it hurries. */
  stop(): Promise<void> {
    if (this.stopped) this.hurry.abort();
    return (this.stopped ??= this.stopAll());
  }

  private async stopAll(): Promise<void> {
    const timer = setTimeout(() => this.hurry.abort(), HURRY_AFTER_MS);
    // The simulator was started before api and worker, and PostgreSQL before Redis.
    const mains = this.children.filter((child) => child.name !== 'simulator');
    const simulators = this.children.filter((child) => child.name === 'simulator');
    for (const group of [mains, simulators, ...this.servers.map((server) => [server]).reverse()]) {
      await Promise.all(group.map((one) => one.stop(this.hurry.signal)));
    }
    if (!this.plan.exclusive) fs.rmSync(this.recordFolder, { recursive: true, force: true });
    this.unlock();
    clearTimeout(timer);
  }

  private throwIfStopped(): void {
    if (this.stopped) throw new StartError('stopped before everything was ready');
  }

  private async checkPort(): Promise<void> {
    const { host } = this.config;
    if (!this.plan.children.includes('api')) return;
    if (this.port === 0) this.port = await freePort();
    const code = await whyNotFree(this.port, host);
    if (code !== undefined) throw new StartError(explainPort(code, host, this.port));
  }

  /** Starts a server of ours and keeps it alive; its URL must stay what the other processes were told. */
  private async serve(name: string, start: () => Promise<RunningService>): Promise<string> {
    let url: string | undefined;
    const startAtSameUrl = async () => {
      const service = await start();
      url ??= service.url;
      if (service.url === url) return service;
      await service.stop();
      throw new StartError(`${name} lost its port to another program`);
    };
    const supervisor = new Supervisor({ name, start: startAtSameUrl, report: this.report, attempts: 1 });
    this.servers.push(supervisor);
    await supervisor.start();
    return url!;
  }

  private async simulate(): Promise<SimulatorSecrets> {
    const { config, env } = this;
    const kept = simulatorSecrets(config.dataDir);
    const secrets: SimulatorSecrets = {
      ...kept,
      appSecret: config.whatsappAppSecrets[0] ?? kept.appSecret,
      verifyToken: config.whatsappVerifyToken ?? kept.verifyToken,
      port: await freePort(kept.port),
    };
    saveSimulatorSecrets(config.dataDir, secrets);
    this.throwIfStopped();
    this.report('Starting the WhatsApp simulator ...');
    const callbackUrl = `${localUrl(config.host, this.port)}/webhooks/whatsapp`;
    await this.supervise('simulator', {
      script: 'simulator/main.js',
      env: { ...env, ...simulatorEnvironment(secrets, config.dataDir, callbackUrl) },
      steps: SIMULATOR_STEPS,
    });
    return secrets;
  }

  private childEnvironment(servers: NodeJS.ProcessEnv, simulator?: SimulatorSecrets): NodeJS.ProcessEnv {
    const { config, env } = this;
    const ours: NodeJS.ProcessEnv = {
      ...servers,
      DATA_DIR: config.dataDir,
      PORT: String(this.port),
      DEMO: config.demo,
      ENCRYPTION_KEY: config.encryptionKey ?? encryptionKey(config.dataDir),
    };
    if (config.whatsappGraphUrl === undefined && simulator) {
      ours.WHATSAPP_GRAPH_URL = simulatorUrl(simulator);
      ours.WHATSAPP_APP_SECRET = env.WHATSAPP_APP_SECRET?.trim() || simulator.appSecret;
      ours.WHATSAPP_VERIFY_TOKEN = config.whatsappVerifyToken ?? simulator.verifyToken;
    }
    return { ...env, ...ours };
  }

  /** Keeps the terminal readable; in production and for log collectors the children's lines pass through. */
  private isQuiet(): boolean {
    const isForPeople = process.stdout.isTTY || !this.env.LOG_FORMAT;
    return this.plan.exclusive && isForPeople && !this.config.production;
  }

  private async supervise(
    name: string,
    child: { script: string; env: NodeJS.ProcessEnv; steps: StopStep[] },
  ): Promise<void> {
    const isQuiet = this.isQuiet();
    const file = isQuiet ? path.join(this.config.dataDir, 'logs', `${name}.log`) : undefined;
    const log = new ChildLog({ name, file, echo: this.report });
    const spec = {
      ...child,
      name,
      script: path.join(DIST, child.script),
      env: isQuiet ? { ...child.env, LOG_FORMAT: 'json' } : child.env,
      log,
      recordFile: path.join(this.recordFolder, `${name}.json`),
    };
    const supervisor = new Supervisor({
      name,
      start: (signal) => startChild(spec, signal),
      report: this.report,
      attempts: CHILD_ATTEMPTS,
    });
    this.children.push(supervisor);
    await supervisor.start();
  }
}
