import { Injectable } from '@nestjs/common';
import { GraphCallError, GraphClient } from '../cloud-api/graph-client.js';
import type { AvailablePhoneNumber } from './integration.entity.js';

const NEEDED_SCOPES = ['whatsapp_business_management', 'whatsapp_business_messaging'];
const QUALITIES = ['GREEN', 'YELLOW', 'RED'];
const STANDARD_PER_SECOND = 80;
const HIGH_PER_SECOND = 1_000;
const COEXISTENCE_PER_SECOND = 20;

/** The token or account is not fit for use, for a reason that a person has to remove. */
export class AccountProblem extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface SendingRights {
  messagesPerSecond: number;
  marketingOnboarded: boolean;
  /** GREEN, YELLOW, RED or UNKNOWN. */
  qualityRating: string;
}

interface TokenInfo {
  is_valid?: boolean;
  scopes?: string[];
  granular_scopes?: { scope?: string; target_ids?: string[] }[];
  error?: { message?: string };
}

interface NumberNode {
  id?: string;
  display_phone_number?: string;
  verified_name?: string;
  status?: string;
  is_on_biz_app?: boolean;
  throughput?: { level?: string };
  quality_rating?: string;
  health_status?: HealthStatus;
}

interface HealthStatus {
  can_send_message?: string;
  entities?: {
    entity_type?: string;
    can_send_message?: string;
    errors?: { error_code?: number; error_description?: string; possible_solution?: string }[];
  }[];
}

interface NumberPage {
  data?: NumberNode[];
  paging?: { cursors?: { after?: string }; next?: string };
}

interface AccountNode {
  marketing_messages_onboarding_status?: string;
  marketing_messages_lite_api_status?: string;
}

/** The calls that bring a WhatsApp business account into service (WhatsApp Cloud API, registration). */
@Injectable()
export class WhatsAppAccount {
  constructor(private readonly graph: GraphClient) {}

  /** The phone numbers that the token reaches. Throws AccountProblem for an unfit token, GraphCallError. */
  async findPhoneNumbers(token: string): Promise<AvailablePhoneNumber[]> {
    const numbers: AvailablePhoneNumber[] = [];
    for (const wabaId of await this.findAccounts(token)) {
      numbers.push(...(await this.listNumbers(wabaId, token)));
    }
    if (numbers.length > 0) return numbers;
    throw new AccountProblem(
      'phone.number.missing',
      'The WhatsApp business account has no phone number; add one in the WhatsApp Manager and sign up again.',
    );
  }

  /** Makes the number sendable and subscribes to its webhooks. Throws GraphCallError. */
  async register(
    number: { phoneNumberId: string; wabaId: string },
    token: string,
    pin: string,
  ): Promise<void> {
    await this.graph.post(`${number.phoneNumberId}/register`, {
      token,
      body: { messaging_product: 'whatsapp', pin },
    });
    await this.graph.post(`${number.wabaId}/subscribed_apps`, { token });
  }

  /** What the number may do. Throws AccountProblem when it can't send, GraphCallError. */
  async readRights(number: { phoneNumberId: string; wabaId: string }, token: string): Promise<SendingRights> {
    const node = await this.graph.get<NumberNode>(number.phoneNumberId, {
      token,
      query: { fields: 'status,throughput,is_on_biz_app,quality_rating,health_status' },
    });
    requireSendable(node);
    return {
      messagesPerSecond: rateOf(node),
      marketingOnboarded: await this.isMarketingOnboarded(number.wabaId, token),
      qualityRating: QUALITIES.includes(node.quality_rating ?? '') ? node.quality_rating! : 'UNKNOWN',
    };
  }

  private async findAccounts(token: string): Promise<string[]> {
    const { data = {} } = await this.graph.get<{ data?: TokenInfo }>('debug_token', {
      token,
      query: { input_token: token },
    });
    if (data.is_valid !== true) {
      const why = data.error?.message ?? 'it is not valid';
      throw new AccountProblem('access.token.invalid', `WhatsApp refuses the access token: ${why}.`);
    }
    const missing = NEEDED_SCOPES.filter((scope) => !data.scopes?.includes(scope));
    if (missing.length > 0) {
      throw new AccountProblem(
        'access.token.permissions',
        `The access token lacks the permissions ${missing.join(', ')}; grant them and sign up again.`,
      );
    }
    const granted = data.granular_scopes?.filter(({ scope }) => NEEDED_SCOPES.includes(scope ?? ''));
    const accounts = new Set(granted?.flatMap(({ target_ids: ids }) => ids ?? []));
    if (accounts.size > 0) return [...accounts];
    throw new AccountProblem(
      'access.token.no.account',
      'The access token names no WhatsApp business account; make one that is limited to the account and sign up again.',
    );
  }

  private async listNumbers(wabaId: string, token: string): Promise<AvailablePhoneNumber[]> {
    const numbers: AvailablePhoneNumber[] = [];
    let after: string | undefined;
    do {
      const page = await this.graph.get<NumberPage>(`${wabaId}/phone_numbers`, {
        token,
        query: { fields: 'id,display_phone_number,verified_name,status', limit: '100', after },
      });
      numbers.push(...(page.data ?? []).map((node) => toAvailable(wabaId, node)));
      const next = page.paging?.next ? page.paging.cursors?.after : undefined;
      after = next === after ? undefined : next;
    } while (after !== undefined);
    return numbers;
  }

  // An older version of the API does not know the fields: then the account has not been onboarded either.
  private async isMarketingOnboarded(wabaId: string, token: string): Promise<boolean> {
    try {
      const node = await this.graph.get<AccountNode>(wabaId, {
        token,
        query: { fields: 'marketing_messages_onboarding_status,marketing_messages_lite_api_status' },
      });
      const status = node.marketing_messages_onboarding_status ?? node.marketing_messages_lite_api_status;
      return status === 'ONBOARDED';
    } catch (error) {
      if (error instanceof GraphCallError && !error.isTransient) return false;
      throw error;
    }
  }
}

/** Throws AccountProblem when WhatsApp says that the number, or what it belongs to, can't send. */
function requireSendable(node: NumberNode): void {
  if (node.status !== 'CONNECTED') {
    throw new AccountProblem(
      'phone.number.not.connected',
      `WhatsApp says that the phone number is ${node.status ?? 'of unknown status'}; it can send once it is CONNECTED.`,
    );
  }
  if (node.health_status?.can_send_message !== 'BLOCKED') return;
  const errors = (node.health_status.entities ?? []).flatMap((entity) => entity.errors ?? []);
  const why = errors.map((error) =>
    [error.error_description, error.possible_solution].filter((text) => text).join(' '),
  );
  throw new AccountProblem(
    'phone.number.blocked',
    `WhatsApp blocks the phone number from sending. ${why.join(' ')}`.trim(),
  );
}

function toAvailable(wabaId: string, node: NumberNode): AvailablePhoneNumber {
  const digits = (node.display_phone_number ?? '').replace(/\D/gu, '');
  return {
    phoneNumberId: node.id ?? '',
    wabaId,
    name: node.verified_name ?? '',
    phoneNumber: `+${digits}`,
    status: node.status ?? 'UNKNOWN',
  };
}

/** Messages per second of a number (WhatsApp Cloud API, throughput). */
function rateOf(node: NumberNode): number {
  if (node.is_on_biz_app) return COEXISTENCE_PER_SECOND;
  return node.throughput?.level === 'HIGH' ? HIGH_PER_SECOND : STANDARD_PER_SECOND;
}
