import path from 'node:path';
import { validateSync } from 'class-validator';
import { Config } from './config.js';

/** Exit code of a process whose settings are wrong (EX_CONFIG). */
export const BAD_CONFIG_EXIT_CODE = 78;

/** The settings are wrong; `problems` names every bad value. */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : 'problems'}:\n- ${problems.join('\n- ')}`,
    );
  }
}

/** Reads and validates all settings. Throws ConfigError that lists every bad value at once. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const config = read(env);
  const problems = validateSync(config, { forbidUnknownValues: true }).flatMap((error) =>
    Object.values(error.constraints ?? {}).slice(0, 1),
  );
  problems.push(...productionProblems(config), ...metricsProblems(config));
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function read(env: NodeJS.ProcessEnv): Config {
  const get = (name: string): string | undefined => env[name]?.trim() || undefined;
  const production = get('NODE_ENV') === 'production';
  const port = wholeNumber(get('PORT') ?? '3000');
  const host = get('HOST') ?? '127.0.0.1';
  const whatsappGraphUrl = get('WHATSAPP_GRAPH_URL')?.replace(/\/+$/u, '');
  return Object.assign(new Config(), {
    port,
    host,
    publicUrl: (get('PUBLIC_URL') ?? defaultPublicUrl(host, port)).replace(/\/+$/u, ''),
    dataDir: path.resolve(get('DATA_DIR') ?? '.data'),
    databaseUrl: get('DATABASE_URL'),
    redisUrl: get('REDIS_URL'),
    processRole: get('PROCESS_ROLE') ?? 'all',
    adminClientId: get('ADMIN_CLIENT_ID'),
    adminClientSecret: get('ADMIN_CLIENT_SECRET'),
    adminEmail: get('ADMIN_EMAIL'),
    adminPassword: get('ADMIN_PASSWORD'),
    demo: get('DEMO') ?? (whatsappGraphUrl ? 'off' : 'on'),
    whatsappGraphUrl,
    whatsappGraphVersion: get('WHATSAPP_GRAPH_VERSION') ?? 'v26.0',
    whatsappAppSecrets: list(get('WHATSAPP_APP_SECRET')),
    optOutKeywords: list(get('OPT_OUT_KEYWORDS')),
    whatsappVerifyToken: get('WHATSAPP_VERIFY_TOKEN'),
    encryptionKey: get('ENCRYPTION_KEY'),
    license: get('LICENSE') ?? 'Genesys Cloud CX 3',
    logLevel: get('LOG_LEVEL') ?? 'info',
    logFormat: get('LOG_FORMAT') ?? (production ? 'json' : 'pretty'),
    metricsToken: get('METRICS_TOKEN'),
    metricsPort: get('METRICS_PORT') === undefined ? undefined : wholeNumber(get('METRICS_PORT')!),
    tracesEndpoint: get('OTEL_EXPORTER_OTLP_ENDPOINT')?.replace(/\/+$/u, ''),
    tracesRatio: Number(get('OTEL_TRACES_SAMPLER_ARG') ?? '1'),
    webhookTargets: get('WEBHOOK_TARGETS') ?? 'public',
    production,
    apiRateLimitPerMinute: wholeNumber(get('API_RATE_LIMIT_PER_MINUTE') ?? '3000'),
    loginRateLimitPerMinute: wholeNumber(get('LOGIN_RATE_LIMIT_PER_MINUTE') ?? '60'),
    interactionRetentionDays: wholeNumber(get('INTERACTION_RETENTION_DAYS') ?? '365'),
    messageRetentionDays: wholeNumber(get('MESSAGE_RETENTION_DAYS') ?? '90'),
    reportExportMaxRows: wholeNumber(get('REPORT_EXPORT_MAX_ROWS') ?? '2000000'),
    reportExportMaxMegabytes: wholeNumber(get('REPORT_EXPORT_MAX_MEGABYTES') ?? '2000'),
    redisPrefix: get('REDIS_PREFIX') ?? 'depesche',
  });
}

function productionProblems(config: Config): string[] {
  if (!config.production || config.encryptionKey) return [];
  return [
    'ENCRYPTION_KEY is required when NODE_ENV=production: 32 bytes in base64 (openssl rand -base64 32)',
  ];
}

function metricsProblems({ metricsPort, metricsToken }: Config): string[] {
  return metricsPort !== undefined && !metricsToken
    ? ['METRICS_PORT needs METRICS_TOKEN, which is asked of whoever scrapes']
    : [];
}

function wholeNumber(text: string): number {
  return /^\d+$/u.test(text) ? Number(text) : NaN;
}

// Port 0 lets the system choose; whoever asks for that learns the address only later.
function defaultPublicUrl(host: string, port: number): string {
  return port === 0 ? `http://${publicHost(host)}` : `http://${publicHost(host)}:${port}`;
}

// An address that means "all interfaces" is no address to hand out.
function publicHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function list(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
