import {
  IsEmail,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';

export const PROCESS_ROLES = ['all', 'api', 'worker'] as const;
export type ProcessRole = (typeof PROCESS_ROLES)[number];

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const anyUrl = { require_tld: false, require_protocol: true };

/** All settings of a process, validated once at start. Nothing else reads the environment. */
export class Config {
  @IsInt({ message: 'PORT must be a whole number from 0 to 65535' })
  @Min(0, { message: 'PORT must be a whole number from 0 to 65535' })
  @Max(65535, { message: 'PORT must be a whole number from 0 to 65535' })
  port: number;

  @IsString()
  @MinLength(1, { message: 'HOST must be an address or host name' })
  host: string;

  /** Base of every absolute URL handed out, without a trailing slash. */
  @IsUrl({ ...anyUrl, protocols: ['http', 'https'] }, { message: 'PUBLIC_URL must be an http or https URL' })
  publicUrl: string;

  /** Absolute path. */
  @IsString()
  dataDir: string;

  @IsOptional()
  @Matches(/^postgres(ql)?:\/\/.+/u, {
    message: 'DATABASE_URL must look like postgresql://user:password@host:port/database',
  })
  databaseUrl?: string;

  @IsOptional()
  @Matches(/^rediss?(:\/\/.+|\+sentinel:\/\/[^/]+\/[^/?]+(\/\d+)?(\?.*)?$)/u, {
    message:
      'REDIS_URL must look like redis://:password@host:port/0 or redis+sentinel://:password@host:port,host:port/master-name',
  })
  redisUrl?: string;

  @IsIn(PROCESS_ROLES, { message: `PROCESS_ROLE must be one of ${PROCESS_ROLES.join(', ')}` })
  processRole: ProcessRole;

  @IsOptional()
  @IsString()
  @MinLength(1)
  adminClientId?: string;

  @IsOptional()
  @MinLength(16, { message: 'ADMIN_CLIENT_SECRET must have at least 16 characters' })
  adminClientSecret?: string;

  @IsOptional()
  @IsEmail({ require_tld: false }, { message: 'ADMIN_EMAIL must be an e-mail address' })
  adminEmail?: string;

  @IsOptional()
  @MinLength(12, { message: 'ADMIN_PASSWORD must have at least 12 characters' })
  adminPassword?: string;

  @IsIn(['on', 'off'], { message: 'DEMO must be on or off' })
  demo: 'on' | 'off';

  @IsOptional()
  @IsUrl(
    { ...anyUrl, protocols: ['http', 'https'] },
    { message: 'WHATSAPP_GRAPH_URL must be an http or https URL' },
  )
  whatsappGraphUrl?: string;

  @Matches(/^v\d+\.\d+$/u, { message: 'WHATSAPP_GRAPH_VERSION must look like v26.0' })
  whatsappGraphVersion: string;

  /** Newest first; all are accepted, so that a secret can be rotated. */
  @IsString({ each: true })
  @MinLength(8, { each: true, message: 'WHATSAPP_APP_SECRET: each secret must have at least 8 characters' })
  whatsappAppSecrets: string[];

  @IsOptional()
  @MinLength(8, { message: 'WHATSAPP_VERIFY_TOKEN must have at least 8 characters' })
  whatsappVerifyToken?: string;

  /** Further words by which people opt out, besides those that are built in. */
  @IsString({ each: true })
  @MaxLength(40, { each: true, message: 'OPT_OUT_KEYWORDS: each word may have at most 40 characters' })
  optOutKeywords: string[];

  /** 32 bytes in base64. While a key is being replaced several, comma separated, the newest first. */
  @IsOptional()
  @Matches(/^[A-Za-z0-9+/]{43}=(?:,[A-Za-z0-9+/]{43}=)*$/u, {
    message:
      'ENCRYPTION_KEY must be 32 bytes in base64 (openssl rand -base64 32), or several of them, comma separated, the newest first',
  })
  encryptionKey?: string;

  @IsString()
  @MinLength(1, { message: 'LICENSE must name a licence' })
  license: string;

  @IsIn(LOG_LEVELS, { message: `LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}` })
  logLevel: (typeof LOG_LEVELS)[number];

  /** JSON lines; else text for a terminal. */
  @IsIn(['json', 'pretty'], { message: 'LOG_FORMAT must be json or pretty' })
  logFormat: 'json' | 'pretty';

  /** Opens /metrics to whoever has it. */
  @IsOptional()
  @MinLength(16, { message: 'METRICS_TOKEN must have at least 16 characters' })
  metricsToken?: string;

  /** Where a worker answers /metrics. */
  @IsOptional()
  @IsInt({ message: 'METRICS_PORT must be a whole number from 1 to 65535' })
  @Min(1, { message: 'METRICS_PORT must be a whole number from 1 to 65535' })
  @Max(65535, { message: 'METRICS_PORT must be a whole number from 1 to 65535' })
  metricsPort?: number;

  /** Base address of an OpenTelemetry collector; without it there are no traces. */
  @IsOptional()
  @IsUrl(
    { ...anyUrl, protocols: ['http', 'https'] },
    { message: 'OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL' },
  )
  tracesEndpoint?: string;

  /** The share of traces that is kept. */
  @Min(0, { message: 'OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1' })
  @Max(1, { message: 'OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1' })
  tracesRatio: number;

  /** Where outgoing webhooks may lead: into the public internet by https, or anywhere. */
  @IsIn(['public', 'any'], { message: 'WEBHOOK_TARGETS must be public or any' })
  webhookTargets: 'public' | 'any';

  production: boolean;

  /** Requests a minute that one OAuth client may make of the API. */
  @IsInt({ message: 'API_RATE_LIMIT_PER_MINUTE must be a whole number from 1 to 1000000' })
  @Min(1, { message: 'API_RATE_LIMIT_PER_MINUTE must be a whole number from 1 to 1000000' })
  @Max(1_000_000, { message: 'API_RATE_LIMIT_PER_MINUTE must be a whole number from 1 to 1000000' })
  apiRateLimitPerMinute: number;

  /** Logins a minute that may come from one address. */
  @IsInt({ message: 'LOGIN_RATE_LIMIT_PER_MINUTE must be a whole number from 1 to 1000000' })
  @Min(1, { message: 'LOGIN_RATE_LIMIT_PER_MINUTE must be a whole number from 1 to 1000000' })
  @Max(1_000_000, { message: 'LOGIN_RATE_LIMIT_PER_MINUTE must be a whole number from 1 to 1000000' })
  loginRateLimitPerMinute: number;

  /** Prefix of every Redis key, so that several installations may share one Redis. */
  @Matches(/^[a-z0-9:_-]+$/iu, {
    message: 'REDIS_PREFIX may have letters, digits, colon, dash and underscore',
  })
  redisPrefix: string;

  /** What is older goes month by month. */
  @IsInt({ message: 'INTERACTION_RETENTION_DAYS must be a whole number from 1 to 3650' })
  @Min(1, { message: 'INTERACTION_RETENTION_DAYS must be a whole number from 1 to 3650' })
  @Max(3650, { message: 'INTERACTION_RETENTION_DAYS must be a whole number from 1 to 3650' })
  interactionRetentionDays: number;

  /** Of runs that ended; reports have a copy. */
  @IsInt({ message: 'MESSAGE_RETENTION_DAYS must be a whole number from 1 to 3650' })
  @Min(1, { message: 'MESSAGE_RETENTION_DAYS must be a whole number from 1 to 3650' })
  @Max(3650, { message: 'MESSAGE_RETENTION_DAYS must be a whole number from 1 to 3650' })
  messageRetentionDays: number;

  /** Interactions that one exported file may hold. */
  @IsInt({ message: 'REPORT_EXPORT_MAX_ROWS must be a whole number from 1 to 100000000' })
  @Min(1, { message: 'REPORT_EXPORT_MAX_ROWS must be a whole number from 1 to 100000000' })
  @Max(100_000_000, { message: 'REPORT_EXPORT_MAX_ROWS must be a whole number from 1 to 100000000' })
  reportExportMaxRows: number;

  @IsInt({ message: 'REPORT_EXPORT_MAX_MEGABYTES must be a whole number from 1 to 100000' })
  @Min(1, { message: 'REPORT_EXPORT_MAX_MEGABYTES must be a whole number from 1 to 100000' })
  @Max(100_000, { message: 'REPORT_EXPORT_MAX_MEGABYTES must be a whole number from 1 to 100000' })
  reportExportMaxMegabytes: number;
}
