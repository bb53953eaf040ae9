import { sentinelOptions } from '../../../src/platform/queue/redis-url.js';

describe('the Redis URL', () => {
  it('of a single server is left to the client', () => {
    expect(sentinelOptions('redis://:secret@cache.example:6379/2')).toBeUndefined();
    expect(sentinelOptions('rediss://cache.example')).toBeUndefined();
  });

  it('names sentinels, master and database', () => {
    expect(sentinelOptions('redis+sentinel://a.example:26379,b.example,[::1]:5000/primary/3')).toMatchObject({
      sentinels: [
        { host: 'a.example', port: 26379 },
        { host: 'b.example', port: 26379 },
        { host: '::1', port: 5000 },
      ],
      name: 'primary',
      db: 3,
      username: undefined,
      password: undefined,
      tls: undefined,
    });
  });

  it('carries the credentials of servers and sentinels, decoded', () => {
    const url = 'rediss+sentinel://app:p%40ss%3Aword@a:1/m?sentinelPassword=s%26t';
    expect(sentinelOptions(url)).toMatchObject({
      username: 'app',
      password: 'p@ss:word',
      sentinelPassword: 's&t',
      db: 0,
      tls: {},
      sentinelTLS: {},
      enableTLSForSentinelMode: true,
    });
    expect(sentinelOptions('redis+sentinel://:only@a:1/m')).toMatchObject({
      username: undefined,
      password: 'only',
    });
  });
});
