import type { FastifyInstance } from 'fastify';
import { unknownObject } from '../graph/graph-errors.js';
import { authenticate, pathOf, queryOf, VERSION } from '../graph/graph-request.js';
import { pageOf, pagingBlock, project } from '../graph/listing.js';
import type { SeedToken } from '../seed.js';
import type { Simulation } from '../simulation.js';
import { statusOf, type PhoneNumber, type Waba, type World } from './world.js';

const NUMBER_DEFAULTS = [
  'verified_name',
  'code_verification_status',
  'display_phone_number',
  'quality_rating',
  'platform_type',
  'throughput',
  'status',
  'last_onboarded_time',
  'webhook_configuration',
];
const WABA_DEFAULTS = ['name', 'timezone_id', 'currency', 'message_template_namespace'];
export const TEMPLATE_DEFAULTS = [
  'name',
  'parameter_format',
  'components',
  'language',
  'status',
  'category',
  'previous_category',
];
const MESSAGING_LIMIT = 'TIER_UNLIMITED';

/** Reading of business accounts, phone numbers and templates by id. */
export function registerNodeRoutes(server: FastifyInstance, { world }: Simulation): void {
  server.get(`${VERSION}/:id`, (request, reply) => {
    const token = authenticate(world, request, 'whatsapp_business_management');
    const { node, defaults } = findNode(world, token, pathOf(request, 'id'));
    return reply.send(project(node, queryOf(request, 'fields'), defaults));
  });

  server.get(`${VERSION}/:id/phone_numbers`, (request, reply) => {
    const token = authenticate(world, request, 'whatsapp_business_management');
    const waba = world.wabaFor(token, pathOf(request, 'id'), 'GET');
    const query = { limit: queryOf(request, 'limit'), after: queryOf(request, 'after') };
    const page = pageOf(waba.numbers, { ...query, before: queryOf(request, 'before') });
    const data = page.items.map((number) =>
      project(numberNode(world, number), queryOf(request, 'fields'), NUMBER_DEFAULTS),
    );
    return reply.send({ data, paging: pagingBlock(page, new URL(request.url, `http://${request.host}`)) });
  });
}

function findNode(world: World, token: SeedToken, id: string): { node: object; defaults: string[] } {
  if (world.wabas.has(id))
    return { node: wabaNode(world, world.wabaFor(token, id, 'GET')), defaults: WABA_DEFAULTS };
  if (world.numbers.has(id)) {
    return { node: numberNode(world, world.numberFor(token, id, 'GET')), defaults: NUMBER_DEFAULTS };
  }
  const found = world.findTemplate(id);
  if (!found || !token.wabaIds.includes(found.waba.id)) throw unknownObject('GET', id);
  return { node: found.template, defaults: TEMPLATE_DEFAULTS };
}

const health = (entityType: string, id: string, canSend: boolean): object => ({
  can_send_message: canSend ? 'AVAILABLE' : 'BLOCKED',
  entities: [{ entity_type: entityType, id, can_send_message: canSend ? 'AVAILABLE' : 'BLOCKED' }],
});

function wabaNode(world: World, waba: Waba): object {
  return {
    id: waba.id,
    name: waba.name,
    currency: waba.currency,
    timezone_id: waba.timezoneId,
    message_template_namespace: `namespace_${waba.id}`,
    account_review_status: 'APPROVED',
    marketing_messages_onboarding_status: waba.marketingMessagesOnboarded ? 'ONBOARDED' : 'ELIGIBLE',
    marketing_messages_lite_api_status: waba.marketingMessagesOnboarded ? 'ONBOARDED' : 'ELIGIBLE',
    disable_marketing_messages_on_cloud_api: waba.marketingDisabledOnCloudApi,
    whatsapp_business_manager_messaging_limit: MESSAGING_LIMIT,
    owner_business_info: world.portfolio,
    health_status: health('WABA', waba.id, true),
  };
}

function numberNode(world: World, number: PhoneNumber): object {
  const status = statusOf(number);
  const quality = number.qualityRating ?? 'GREEN';
  const callback = world.app.callbackUrl;
  return {
    id: number.id,
    display_phone_number: number.displayPhoneNumber,
    verified_name: number.verifiedName,
    status,
    quality_rating: quality,
    quality_score: { score: quality },
    throughput: { level: number.isOnBizApp ? 'NOT_APPLICABLE' : number.throughputLevel },
    whatsapp_business_manager_messaging_limit: MESSAGING_LIMIT,
    messaging_limit_tier: MESSAGING_LIMIT,
    name_status: 'APPROVED',
    code_verification_status: 'VERIFIED',
    platform_type: number.isRegistered ? 'CLOUD_API' : 'NOT_APPLICABLE',
    is_on_biz_app: number.isOnBizApp ?? false,
    account_mode: 'LIVE',
    is_official_business_account: false,
    is_pin_enabled: number.pin !== undefined,
    ...(callback === undefined ? {} : { webhook_configuration: { application: callback } }),
    health_status: health('PHONE_NUMBER', number.id, status === 'CONNECTED'),
  };
}
