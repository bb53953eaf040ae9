import { call } from './demo-client.js';

interface SimulatorAccess {
  url: string;
  controlKey: string;
}

/** Simulated people read within seconds instead of hours, so that there is something to see. */
const QUICK = { deliveredMaxMs: 4_000, readMaxMs: 12_000 };
const RESTORE_TIMEOUT_MS = 2_000;

/** Makes the simulated recipients quick; the function returned makes them as they were. */
export async function quickenReading(
  { url, controlKey }: SimulatorAccess,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const endpoint = new URL('/__sim/config', url);
  const headers = { 'x-sim-key': controlKey, 'content-type': 'application/json' };
  const before = await call<Record<string, number>>(endpoint, { method: 'GET', headers, signal });
  const set = (settings: object, until: AbortSignal): Promise<unknown> =>
    call(endpoint, { method: 'POST', headers, body: JSON.stringify(settings), signal: until });
  await set(QUICK, signal);
  return async () => {
    const { deliveredMaxMs, readMaxMs } = before;
    // The simulator may have been stopped with everything else; then there is nothing to restore.
    await set({ deliveredMaxMs, readMaxMs }, AbortSignal.timeout(RESTORE_TIMEOUT_MS)).catch(() => undefined);
  };
}
