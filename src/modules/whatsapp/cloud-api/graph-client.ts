import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Histogram } from 'prom-client';
import { Config } from '../../../platform/config/config.js';
import { ProcessMetrics } from '../../../platform/metrics/process-metrics.js';
import { HttpExchange } from './http-exchange.js';
import { type ProviderError, readProviderError } from './provider-error.js';
import { explainProviderError } from './provider-errors.js';
import { type SendOutcome, toSendOutcome } from './send-outcome.js';
import { type TemplateSend, toTemplateMessage } from './template-message.js';

export type SendRoute = 'messages' | 'marketing_messages';

/** A management call failed. `error` is the platform's, when it answered; `isTransient` says that it may work later. */
export class GraphCallError extends Error {
  readonly isTransient: boolean;

  constructor(
    message: string,
    readonly error?: ProviderError,
  ) {
    super(message);
    this.isTransient = error === undefined || error.class === 'R1';
  }
}

export interface GraphCall {
  token: string;
  query?: Record<string, string | undefined>;
  body?: object;
}

const CALL_SECONDS = {
  name: 'depesche_provider_call_seconds',
  help: 'Time that calls to WhatsApp that send a message took, by how they ended',
  labels: ['outcome', 'code'],
};

/** The Cloud API over HTTP: sending, and the management calls of an integration. Never repeats a call by itself. */
@Injectable()
export class GraphClient implements OnApplicationShutdown {
  private exchange: HttpExchange | undefined;

  private readonly seconds: Histogram;

  constructor(
    private readonly config: Config,
    metrics: ProcessMetrics,
  ) {
    this.seconds = metrics.histogram(CALL_SECONDS);
  }

  /** A message is about to be sent. */
  async prepareToSend(): Promise<void> {
    await this.open().prepare();
  }

  /** One POST, never repeated. */
  sendTemplate(
    sender: { phoneNumberId: string; token: string; route: SendRoute },
    message: TemplateSend,
  ): Promise<SendOutcome> {
    const startedAt = performance.now();
    const request = {
      method: 'POST' as const,
      path: this.pathOf(`${sender.phoneNumberId}/${sender.route}`),
      token: sender.token,
      body: () => toTemplateMessage(message),
      mayStart: message.mayStart,
    };
    return this.open().sendAndRead(request, (exchange) => {
      const outcome = toSendOutcome(exchange);
      const code = 'error' in outcome ? (outcome.error?.code ?? '') : '';
      this.seconds.observe({ outcome: outcome.kind, code }, (performance.now() - startedAt) / 1_000);
      return outcome;
    });
  }

  /** Reads an object or an edge. Throws GraphCallError. */
  get<T>(path: string, call: GraphCall): Promise<T> {
    return this.call('GET', path, call);
  }

  /** Throws GraphCallError. */
  post<T>(path: string, call: GraphCall): Promise<T> {
    return this.call('POST', path, call);
  }

  // Not earlier: calls in the air are waited for before.
  async onApplicationShutdown(): Promise<void> {
    await this.exchange?.close();
  }

  private async call<T>(method: 'GET' | 'POST', path: string, call: GraphCall): Promise<T> {
    const { token, query, body } = call;
    const answer = await this.open().send({
      method,
      path: this.pathOf(path, query),
      token,
      body: body && (() => body),
    });
    if (answer.kind === 'withheld') throw new Error('Management calls are never withheld');
    if (answer.kind !== 'answer') throw new GraphCallError(`WhatsApp can't be reached: ${answer.reason}`);
    const error = readProviderError(answer.status, answer.body, answer.headers);
    if (error) throw new GraphCallError(describe(error).replaceAll(token, '[token]'), error);
    if (answer.status >= 300 || typeof answer.body !== 'object' || answer.body === null)
      throw new GraphCallError(`WhatsApp gave an answer that can't be read (HTTP ${answer.status})`);
    return answer.body as T;
  }

  private pathOf(path: string, query?: GraphCall['query']): string {
    const whole = `/${this.config.whatsappGraphVersion}/${path}`;
    if (!query) return whole;
    const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const search = given.length > 0 ? `?${new URLSearchParams(given).toString()}` : '';
    return whole + search;
  }

  private open(): HttpExchange {
    if (this.exchange) return this.exchange;
    const { whatsappGraphUrl } = this.config;
    if (!whatsappGraphUrl)
      throw new Error('WHATSAPP_GRAPH_URL is not set; npm start starts the simulator and sets it');
    this.exchange = new HttpExchange(whatsappGraphUrl);
    return this.exchange;
  }
}

function describe(error: ProviderError): string {
  const { text } = explainProviderError(error.code, error.subcode);
  return `${text} WhatsApp says: ${error.details} (code ${error.code}).`;
}
