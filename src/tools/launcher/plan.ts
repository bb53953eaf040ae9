import type { Config } from '../../platform/config/config.js';
import { EXIT, StartError } from '../start-error.js';

/** What a start has to bring up. */
export interface Plan {
  postgres: boolean;
  redis: boolean;
  simulator: boolean;
  /** The data folder is ours alone, because servers of ours live in it. */
  exclusive: boolean;
  children: ('api' | 'worker')[];
}

/**
 * Decides what to start. A process of one role alone uses the servers of others and must be told of them.
 * @param knowsSimulator true when a simulator of this data folder is there to be used
 * @throws StartError (exit code 78) with everything that is missing
 */
export function planStart(config: Config, knowsSimulator: boolean): Plan {
  const { processRole: role, databaseUrl, redisUrl, whatsappGraphUrl } = config;
  const missing = {
    DATABASE_URL: databaseUrl === undefined,
    REDIS_URL: redisUrl === undefined,
    WHATSAPP_GRAPH_URL: whatsappGraphUrl === undefined,
  };
  if (role === 'all') {
    const [postgres, redis, simulator] = Object.values(missing) as [boolean, boolean, boolean];
    return {
      postgres,
      redis,
      simulator,
      exclusive: postgres || redis || simulator,
      children: ['api', 'worker'],
    };
  }
  if (knowsSimulator) missing.WHATSAPP_GRAPH_URL = false;
  const names = Object.entries(missing).flatMap(([name, isMissing]) => (isMissing ? [name] : []));
  if (names.length > 0) {
    const what = `a process with PROCESS_ROLE=${role} starts no servers of its own`;
    throw new StartError(`${names.join(', ')} must be set: ${what}.`, EXIT.badConfig);
  }
  return { postgres: false, redis: false, simulator: false, exclusive: false, children: [role] };
}

/** An address of this machine by which its own processes reach a server that listens on `host`. */
export function localUrl(host: string, port: number): string {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** Says why the port cannot be used, for an error code of listen. */
export function explainPort(code: string, host: string, port: number): string {
  if (code === 'EADDRINUSE') return `port ${port} on ${host} is in use (set PORT)`;
  if (code === 'EACCES')
    return `port ${port} on ${host} is not allowed for this user (set PORT to 1024 or more)`;
  return `cannot listen on ${host}, port ${port}: ${code} (check HOST and PORT)`;
}
