import { readFileSync } from 'node:fs';
import { DEFAULT_SEED, startSimulator, type SimulatorOptions, type SimulatorSeed } from './index.js';

/** The process is gone this long after it was told to stop, whatever hangs. */
const STOP_WITHIN_MS = 900;
const EXIT_CONFIG = 78;

const setting = (name: string): string | undefined => process.env[name]?.trim() || undefined;

function numberSetting(name: string, reasons: string[]): number | undefined {
  const text = setting(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) reasons.push(`${name} must be a number of at least 0`);
  return value;
}

/** A seed file names any of the top-level parts of the default seed; parts it leaves out keep the default. */
function readSeed(path: string): SimulatorSeed {
  try {
    return { ...DEFAULT_SEED, ...(JSON.parse(readFileSync(path, 'utf8')) as Partial<SimulatorSeed>) };
  } catch (error) {
    throw new Error(
      `SIM_SEED_FILE cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function readOptions(): SimulatorOptions {
  const reasons: string[] = [];
  const port = numberSetting('SIM_PORT', reasons);
  const timeScale = numberSetting('SIM_TIME_SCALE', reasons);
  const callbackUrl = setting('SIM_CALLBACK_URL');
  if (callbackUrl !== undefined && !URL.canParse(callbackUrl)) reasons.push('SIM_CALLBACK_URL must be a URL');
  if (reasons.length > 0) throw new Error(reasons.join('; '));
  const seedFile = setting('SIM_SEED_FILE');
  return {
    host: setting('SIM_HOST'),
    port,
    callbackUrl,
    appSecret: setting('SIM_APP_SECRET'),
    verifyToken: setting('SIM_VERIFY_TOKEN'),
    accessToken: setting('SIM_ACCESS_TOKEN'),
    controlKey: setting('SIM_CONTROL_KEY'),
    stateFile: setting('SIM_STATE_FILE'),
    settings: timeScale === undefined ? {} : { timeScale },
    seed: seedFile === undefined ? undefined : readSeed(seedFile),
  };
}

async function main(): Promise<void> {
  const simulator = await startSimulator(readOptions());
  const stop = (): void => {
    setTimeout(() => process.exit(0), STOP_WITHIN_MS).unref();
    void simulator.close().finally(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  // Ctrl-C reaches the whole process group; a child leaves it to its parent to stop everything in order.
  process.on('SIGINT', process.send ? () => undefined : stop);
  process.once('disconnect', stop);
  process.send?.({ type: 'ready', url: simulator.url });
  process.stdout.write(`WhatsApp Cloud API simulator listening on ${simulator.url}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`Simulator cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(EXIT_CONFIG);
});
