import type { ConfigError } from '../../../src/platform/config/load-config.js';
import { loadConfig } from '../../../src/platform/config/load-config.js';

const problemsOf = (env: NodeJS.ProcessEnv): string[] => {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
};

describe('the configuration', () => {
  it('needs nothing', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://127.0.0.1:3000',
      processRole: 'all',
      demo: 'on',
      whatsappGraphVersion: 'v26.0',
      license: 'Genesys Cloud CX 3',
      apiRateLimitPerMinute: 3000,
      loginRateLimitPerMinute: 60,
    });
  });

  it('names every bad value at once', () => {
    const problems = problemsOf({
      PORT: '99999',
      DATABASE_URL: 'mysql://x',
      REDIS_URL: 'nonsense',
      PROCESS_ROLE: 'boss',
      DEMO: 'maybe',
      WHATSAPP_GRAPH_VERSION: '26',
      ENCRYPTION_KEY: 'short',
      ADMIN_EMAIL: 'nobody',
      API_RATE_LIMIT_PER_MINUTE: '0',
      LOGIN_RATE_LIMIT_PER_MINUTE: 'many',
      METRICS_PORT: '9464',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector',
      OTEL_TRACES_SAMPLER_ARG: '2',
      WEBHOOK_TARGETS: 'private',
    });
    const text = problems.join('\n');
    for (const name of [
      'PORT',
      'DATABASE_URL',
      'REDIS_URL',
      'PROCESS_ROLE',
      'DEMO',
      'WHATSAPP_GRAPH_VERSION',
      'ENCRYPTION_KEY',
      'ADMIN_EMAIL',
      'API_RATE_LIMIT_PER_MINUTE',
      'LOGIN_RATE_LIMIT_PER_MINUTE',
      'METRICS_PORT needs METRICS_TOKEN',
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_TRACES_SAMPLER_ARG',
      'WEBHOOK_TARGETS',
    ]) {
      expect(text).toContain(name);
    }
  });

  it.each(['abc', '-1', '70000', '3000.5', '0x1F'])('refuses the port %s', (port) => {
    expect(problemsOf({ PORT: port }).join()).toContain('PORT');
  });

  it('has no demo against the real WhatsApp', () => {
    expect(loadConfig({ WHATSAPP_GRAPH_URL: 'https://graph.facebook.com/' })).toMatchObject({
      demo: 'off',
      whatsappGraphUrl: 'https://graph.facebook.com',
    });
  });

  it('requires the encryption key in production', () => {
    expect(problemsOf({ NODE_ENV: 'production' }).join()).toContain('ENCRYPTION_KEY');
  });

  it('never hands out an address that means all interfaces', () => {
    expect(loadConfig({ HOST: '0.0.0.0', PORT: '8080' }).publicUrl).toBe('http://localhost:8080');
  });

  it('takes several app secrets for rotation', () => {
    expect(loadConfig({ WHATSAPP_APP_SECRET: 'new-secret-1, old-secret-2' }).whatsappAppSecrets).toEqual([
      'new-secret-1',
      'old-secret-2',
    ]);
  });
});
