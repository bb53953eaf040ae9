import path from 'node:path';
import type { SimulatorSecrets } from './secrets.js';

/** Where the simulator listens. */
export function simulatorUrl({ port }: SimulatorSecrets): string {
  return `http://127.0.0.1:${port}`;
}

/** Settings of the simulator process. */
export function simulatorEnvironment(
  secrets: SimulatorSecrets,
  dataDir: string,
  callbackUrl: string,
): NodeJS.ProcessEnv {
  return {
    SIM_HOST: '127.0.0.1',
    SIM_PORT: String(secrets.port),
    SIM_APP_SECRET: secrets.appSecret,
    SIM_VERIFY_TOKEN: secrets.verifyToken,
    SIM_ACCESS_TOKEN: secrets.accessToken,
    SIM_CONTROL_KEY: secrets.controlKey,
    SIM_STATE_FILE: path.join(dataDir, 'simulator-state.json'),
    SIM_CALLBACK_URL: callbackUrl,
  };
}
