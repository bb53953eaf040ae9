import type { RedisOptions } from 'ioredis';

/** `redis://` and `rediss://` name a server; with `+sentinel` they name the sentinels that know the master. */
const SENTINEL_URL = /^(rediss?)\+sentinel:\/\/(?:([^@/]*)@)?([^/?]+)\/([^/?]+)(?:\/(\d+))?(?:\?(.*))?$/u;
const DEFAULT_SENTINEL_PORT = 26_379;

/**
 * How to reach the Redis of a URL that names sentinels:
 * `redis+sentinel://user:password@host:port,host:port/master-name/database?sentinelPassword=...`, all but hosts and
 * name optional. Undefined for the URL of a single server, which the client reads by itself. With `rediss` both the
 * sentinels and the servers are spoken to by TLS.
 */
export function sentinelOptions(url: string): RedisOptions | undefined {
  const match = SENTINEL_URL.exec(url);
  if (!match) return undefined;
  const [, protocol, credentials = '', hosts, name, db = '0', query] = match;
  const tls = protocol === 'rediss' ? {} : undefined;
  const [user, password] = splitOnce(credentials, ':').map(decodeURIComponent);
  const params = new URLSearchParams(query);
  return {
    sentinels: hosts!.split(',').map(sentinelAddress),
    name: decodeURIComponent(name!),
    db: Number(db),
    username: user || undefined,
    password: password || undefined,
    sentinelUsername: params.get('sentinelUsername') ?? undefined,
    sentinelPassword: params.get('sentinelPassword') ?? undefined,
    tls,
    sentinelTLS: tls,
    enableTLSForSentinelMode: tls !== undefined,
    // A replica that was the master a moment ago still answers, and refuses to write: ask the sentinels again.
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
  };
}

function sentinelAddress(address: string): { host: string; port: number } {
  const [, host = address, port] = /^(.*?)(?::(\d+))?$/u.exec(address) ?? [];
  return { host: host.replace(/^\[|\]$/gu, ''), port: Number(port ?? DEFAULT_SENTINEL_PORT) };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
