import 'reflect-metadata';
import { BAD_CONFIG_EXIT_CODE, ConfigError, loadConfig } from './platform/config/load-config.js';
import { startProcess } from './process.js';

const STOP_WITHIN_MS = 6_000;

try {
  const app = await startProcess(loadConfig(process.env));
  const stop = (): void => {
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    void app.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // The launcher is gone: nobody is left to stop us.
  process.once('disconnect', stop);
  process.send?.({ type: 'ready' });
} catch (error) {
  const isConfig = error instanceof ConfigError;
  process.stderr.write(`${isConfig ? error.message : explain(error)}\n`);
  process.exit(isConfig ? BAD_CONFIG_EXIT_CODE : 1);
}

function explain(error: unknown): string {
  const { code, port } = error as { code?: string; port?: number };
  if (code === 'EADDRINUSE') return `Port ${port} is in use by another program; set PORT to a free one.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
