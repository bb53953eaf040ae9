import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DemoClient } from './demo-client.js';
import { readCredentials } from './demo-credentials.js';
import { quickenReading } from './demo-simulator.js';
import { createDemo } from './demo-setup.js';
import { DemoTerminal } from './demo-terminal.js';
import { findCampaign } from './demo-objects.js';
import { watchCampaign } from './demo-watch.js';

/** What the demo needs to know of the installation it runs against. */
export interface DemoOptions {
  baseUrl: string;
  dataDir: string;
  simulator: { url: string; accessToken: string; controlKey: string };
  out: NodeJS.WriteStream;
  /** Aborted when the installation stops. */
  signal?: AbortSignal;
}

const DATA = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../config/demo');
/** Whatever happens, the demo is over then. */
const TIME_LIMIT_MS = 120_000;

/**
 * Creates the demo data and runs the demo campaign as any API client would, and shows what happens. Does nothing when
 * the campaign exists already. Throws an Error with one line that says which step failed and why.
 */
export async function runDemo({ baseUrl, dataDir, simulator, out, signal }: DemoOptions): Promise<void> {
  const limit = AbortSignal.timeout(TIME_LIMIT_MS);
  const ending = signal ? AbortSignal.any([signal, limit]) : limit;
  const terminal = new DemoTerminal(out);
  try {
    const client = await DemoClient.signIn(baseUrl, await readCredentials(dataDir), ending);
    if (await findCampaign(client)) return;
    terminal.line('\nDemo campaign: the recipients are simulated, nobody gets a real message.');
    const restore = await quickenReading(simulator, ending);
    try {
      const campaign = await createDemo(client, simulator.accessToken, DATA, terminal);
      await watchCampaign(client, campaign, terminal);
    } finally {
      await restore();
    }
    terminal.line(`Look around: ${baseUrl} (console), ${baseUrl}/docs (API)`);
  } catch (error) {
    if (limit.aborted && !signal?.aborted)
      throw new Error('it took more than two minutes; see the logs of the workers');
    throw error;
  } finally {
    terminal.close();
  }
}
