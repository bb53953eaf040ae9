import type { SimulatorSettings } from './settings.js';

export type TemplateCategory = 'MARKETING' | 'UTILITY' | 'AUTHENTICATION';

/** A template as the Graph API shows it. */
export interface TemplateNode {
  id: string;
  name: string;
  language: string;
  category: TemplateCategory;
  status: string;
  parameter_format: 'POSITIONAL' | 'NAMED';
  components: TemplateComponent[];
  previous_category?: TemplateCategory;
  quality_score?: { score: string; date?: number };
  rejected_reason?: string;
  message_send_ttl_seconds?: number;
}

export interface TemplateComponent {
  type: string;
  format?: string;
  text?: string;
  buttons?: { type: string; text?: string; url?: string; phone_number?: string; example?: unknown }[];
  example?: unknown;
  [other: string]: unknown;
}

export interface SeedNumber {
  id: string;
  /** As shown, with plus and country code. */
  displayPhoneNumber: string;
  countryCode: string;
  verifiedName: string;
  throughputLevel: 'STANDARD' | 'HIGH';
  /** Coexistence with the business app: 20 messages per second. */
  isOnBizApp?: boolean;
  isRegistered?: boolean;
  pin?: string;
  qualityRating?: string;
  /** Test numbers may write to these recipients only (digits). */
  allowedRecipients?: string[];
}

export interface SeedWaba {
  id: string;
  name: string;
  currency: string;
  timezoneId: string;
  marketingMessagesOnboarded: boolean;
  /** Marketing templates must go through `/marketing_messages`. */
  marketingDisabledOnCloudApi: boolean;
  phoneNumbers: SeedNumber[];
  templates: TemplateNode[];
}

export interface SeedToken {
  token: string;
  scopes: string[];
  wabaIds: string[];
  /** Unix seconds; 0 = never. */
  expiresAt: number;
}

/** Everything that exists when the simulator starts. */
export interface SimulatorSeed {
  app: {
    id: string;
    name: string;
    secret: string;
    verifyToken: string;
    callbackUrl?: string;
    requireProof?: boolean;
  };
  portfolio: { id: string; name: string };
  wabas: SeedWaba[];
  tokens: SeedToken[];
  settings?: Partial<SimulatorSettings>;
}

const SCOPES = ['whatsapp_business_management', 'whatsapp_business_messaging'];

const orderUpdate: TemplateNode = {
  id: '1720000000000001',
  name: 'order_update',
  language: 'en_US',
  category: 'UTILITY',
  status: 'APPROVED',
  parameter_format: 'POSITIONAL',
  quality_score: { score: 'GREEN' },
  rejected_reason: 'NONE',
  components: [
    {
      type: 'BODY',
      text: 'Hello {{1}}, your order {{2}} is on its way.',
      example: { body_text: [['Anna', 'A-1001']] },
    },
  ],
};

interface OfferTexts {
  header: string;
  body: string;
  footer: string;
  stop: string;
  visit: string;
}

function autumnOffer(id: string, language: string, texts: OfferTexts): TemplateNode {
  return {
    id,
    name: 'autumn_offer',
    language,
    category: 'MARKETING',
    status: 'APPROVED',
    parameter_format: 'NAMED',
    quality_score: { score: 'GREEN' },
    rejected_reason: 'NONE',
    components: [
      { type: 'HEADER', format: 'TEXT', text: texts.header },
      {
        type: 'BODY',
        text: texts.body,
        example: {
          body_text_named_params: [
            { param_name: 'first_name', example: 'Anna' },
            { param_name: 'voucher', example: 'FALL-10' },
          ],
        },
      },
      { type: 'FOOTER', text: texts.footer },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: texts.stop },
          {
            type: 'URL',
            text: texts.visit,
            url: 'https://shop.example.com/v/{{1}}',
            example: ['https://shop.example.com/v/FALL-10'],
          },
        ],
      },
    ],
  };
}

function plainMarketing(id: string, name: string, status: string): TemplateNode {
  return {
    id,
    name,
    language: 'en_US',
    category: 'MARKETING',
    status,
    parameter_format: 'POSITIONAL',
    quality_score: { score: status === 'PAUSED' ? 'RED' : 'UNKNOWN' },
    rejected_reason: status === 'REJECTED' ? 'PROMOTIONAL' : 'NONE',
    components: [{ type: 'BODY', text: 'The sale starts today. See you soon!' }],
  };
}

const templates: TemplateNode[] = [
  orderUpdate,
  autumnOffer('1720000000000002', 'de', {
    header: 'Herbstangebot für Sie',
    body: 'Hallo {{first_name}}, Ihr Gutschein {{voucher}} gilt bis Sonntag.',
    footer: 'Antworten Sie mit STOP, um keine Angebote mehr zu erhalten.',
    stop: 'STOP',
    visit: 'Zum Angebot',
  }),
  autumnOffer('1720000000000003', 'en_US', {
    header: 'An autumn offer for you',
    body: 'Hello {{first_name}}, your voucher {{voucher}} is valid until Sunday.',
    footer: 'Reply STOP to receive no more offers.',
    stop: 'STOP',
    visit: 'See the offer',
  }),
  plainMarketing('1720000000000004', 'flash_sale', 'PAUSED'),
  plainMarketing('1720000000000005', 'lucky_winner', 'REJECTED'),
];

/**
 * The world a fresh simulator starts with. The two numbers are verified but not yet registered, as after the embedded
 * signup: a client registers them with a PIN and subscribes its app before it sends.
 */
export const DEFAULT_SEED: Readonly<SimulatorSeed> = {
  app: {
    id: '910000000000001',
    name: 'Simulated app',
    secret: 'simulator-app-secret',
    verifyToken: 'simulator-verify-token',
  },
  portfolio: { id: '920000000000001', name: 'Simulated portfolio' },
  wabas: [
    {
      id: '930000000000001',
      name: 'Simulated business',
      currency: 'EUR',
      timezoneId: '1',
      marketingMessagesOnboarded: true,
      marketingDisabledOnCloudApi: false,
      phoneNumbers: [
        {
          id: '940000000000001',
          displayPhoneNumber: '+49 1579 2300001',
          countryCode: '49',
          verifiedName: 'Depesche Café',
          throughputLevel: 'STANDARD',
        },
        {
          id: '940000000000002',
          displayPhoneNumber: '+49 1579 2300002',
          countryCode: '49',
          verifiedName: 'Depesche Großversand',
          throughputLevel: 'HIGH',
        },
      ],
      templates,
    },
  ],
  tokens: [{ token: 'simulator-access-token', scopes: SCOPES, wabaIds: ['930000000000001'], expiresAt: 0 }],
};
