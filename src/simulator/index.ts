import type { AddressInfo } from 'node:net';
import { createServer } from './server.js';
import { Simulation, type SimulationOptions } from './simulation.js';

export { DEFAULT_SEED } from './seed.js';
export type { SimulatorSeed } from './seed.js';

export interface SimulatorOptions extends SimulationOptions {
  host?: string;
  /** 0 = any free port. */
  port?: number;
  /** Guards `/__sim/*`; without it they answer to loopback only. */
  controlKey?: string;
}

export interface RunningSimulator {
  url: string;
  simulation: Simulation;
  close(): Promise<void>;
}

/**
 * Starts the simulated Cloud API and listens.
 * @throws Error naming every bad setting, an unreadable state file, or a taken port.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const simulation = new Simulation(options);
  const server = createServer(simulation, options.controlKey);
  const host = options.host ?? '127.0.0.1';
  await server.listen({ host, port: options.port ?? 0 });
  const { port } = server.server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    await simulation.close();
    await server.close();
  };
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, simulation, close };
}
