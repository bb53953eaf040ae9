/** Stops PostgreSQL and Redis of the run and waits until they are gone. */
export default async function globalTeardown() {
  const starting = globalThis.depescheTestServices;
  if (starting === undefined) return;
  globalThis.depescheTestServices = undefined;
  const holder = await starting;
  if (holder.exitCode !== null || holder.signalCode !== null) return;
  holder.ref();
  const ended = new Promise((resolve) => holder.once('exit', resolve));
  holder.disconnect();
  await ended;
}
