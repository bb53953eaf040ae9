import http from 'node:http';

/**
 * Answers the health routes while the process still waits for its database: live, but not ready, and why.
 * `parts` is read at each request.
 */
export async function openWaitingRoom(
  address: { host: string; port: number },
  parts: () => Record<string, string>,
): Promise<{ close(): Promise<void> }> {
  const server = http.createServer((request, response) => {
    const live = request.url === '/health/live';
    response.writeHead(live ? 200 : 503, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify(live ? { status: 'live' } : { status: 'not ready', parts: parts() }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
