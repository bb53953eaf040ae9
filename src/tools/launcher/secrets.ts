import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { readJson, writePrivateFile, writePrivateJson } from '../embedded/files.js';
import { StartError } from '../start-error.js';

/** What the built-in simulator and the product know of each other. */
export interface SimulatorSecrets {
  /** Signs the webhooks. */
  appSecret: string;
  verifyToken: string;
  /** Bearer token of the simulated account. */
  accessToken: string;
  /** Opens the simulator's own control interface. */
  controlKey: string;
  /** Port of last time. */
  port?: number;
}

const simulatorFile = (dataDir: string) => path.join(dataDir, 'simulator.json');
const secret = (bytes: number) => randomBytes(bytes).toString('hex');

/** The secrets of an earlier start with the simulator in this data folder, if there was one. */
export function readSimulatorSecrets(dataDir: string): SimulatorSecrets | undefined {
  return readJson<SimulatorSecrets>(simulatorFile(dataDir));
}

/** The simulator's secrets: made once, then the same for ever. */
export function simulatorSecrets(dataDir: string): SimulatorSecrets {
  const made = {
    appSecret: secret(16),
    verifyToken: secret(16),
    accessToken: `SIM${secret(24)}`,
    controlKey: secret(16),
  };
  return { ...made, ...readSimulatorSecrets(dataDir) };
}

/** Keeps the simulator's secrets and port for the next start. */
export function saveSimulatorSecrets(dataDir: string, secrets: SimulatorSecrets): void {
  writePrivateJson(simulatorFile(dataDir), secrets);
}

/** The key that encrypts provider tokens at rest, 32 bytes in base64: made once, then the same for ever. */
export function encryptionKey(dataDir: string): string {
  const file = path.join(dataDir, 'encryption.key');
  if (!fs.existsSync(file)) writePrivateFile(file, `${randomBytes(32).toString('base64')}\n`);
  const key = fs.readFileSync(file, 'utf8').trim();
  if (Buffer.from(key, 'base64').length === 32) return key;
  throw new StartError(
    `${file} does not hold 32 bytes in base64: restore it, without it stored tokens are lost.`,
  );
}
