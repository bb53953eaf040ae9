import type { LoggerService } from '@nestjs/common';
import pino, { type Logger as Pino } from 'pino';
import type { Config } from '../config/config.js';
import { contextFields } from './request-context.js';
import { maskSecrets } from './mask.js';

type Fields = Record<string, unknown>;
type LogSettings = Pick<Config, 'logLevel' | 'logFormat' | 'processRole'>;

/** The log of a process: JSON lines, or text for a terminal. Every line carries the request or job id. */
export class Logger implements LoggerService {
  private readonly pino: Pino;

  constructor(settings: LogSettings) {
    this.pino = pino({
      level: settings.logLevel,
      base: { role: settings.processRole, pid: process.pid },
      mixin: contextFields,
      hooks: {
        logMethod(args, method) {
          method.apply(this, args.map(maskSecrets) as Parameters<typeof method>);
        },
      },
      serializers: { err: (error: unknown) => maskSecrets(pino.stdSerializers.err(error as Error)) },
      transport:
        settings.logFormat === 'pretty'
          ? {
              target: 'pino-pretty',
              options: { translateTime: 'SYS:HH:MM:ss', ignore: 'pid,role', singleLine: true },
            }
          : undefined,
    });
  }

  info(fields: Fields, message: string): void {
    this.pino.info(fields, message);
  }

  warn(fields: Fields | string, message?: unknown): void {
    if (typeof fields === 'string') this.pino.warn({ context: message }, fields);
    else this.pino.warn(fields, message as string);
  }

  error(fields: Fields | string, ...rest: unknown[]): void {
    if (typeof fields === 'string') this.pino.error({ detail: rest }, fields);
    else this.pino.error(fields, rest[0] as string);
  }

  debug(fields: Fields | string, message?: unknown): void {
    if (typeof fields === 'string') this.pino.debug({ context: message }, fields);
    else this.pino.debug(fields, message as string);
  }

  /** Nest's own start-up lines: of interest to developers only. */
  log(message: string, context?: unknown): void {
    this.pino.debug({ context }, message);
  }

  fatal(message: string, ...rest: unknown[]): void {
    this.pino.fatal({ detail: rest }, message);
  }
}
