import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { rateOf, statusOf, type PhoneNumber, type Waba } from '../accounts/world.js';
import { GraphError } from '../graph/graph-errors.js';
import { authenticate, jsonBody, parseLoosely, pathOf, VERSION } from '../graph/graph-request.js';
import type { TappableButton } from '../outcomes/outcome-engine.js';
import type { TemplateNode } from '../seed.js';
import type { Simulation } from '../simulation.js';
import type { FaultRule } from './faults.js';
import type { AnswerKind } from './ledger.js';
import { readSendRequest, type SendOptions, type SendRequest } from './send-request.js';
import { checkTemplateParameters } from './template-checks.js';
import { createWamid } from './wamid.js';

type Endpoint = SendOptions['endpoint'];

/** Sending of template messages (WhatsApp Cloud API, messages; Marketing Messages API). */
export function registerMessageRoutes(server: FastifyInstance, simulation: Simulation): void {
  for (const endpoint of ['messages', 'marketing_messages'] as const) {
    server.post(`${VERSION}/:id/${endpoint}`, async (request, reply) => {
      try {
        return await send(simulation, endpoint, request, reply);
      } catch (error) {
        if (error instanceof GraphError) simulation.ledger.reject(error.code);
        throw error;
      }
    });
  }
}

/** The checks in the platform's order, then acceptance. */
async function send(
  simulation: Simulation,
  endpoint: Endpoint,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { world, settings, throughput, pairRate } = simulation;
  const token = authenticate(world, request, 'whatsapp_business_messaging');
  const number = world.numberFor(token, pathOf(request, 'id'), 'POST');
  checkNumber(number);
  const fault = simulation.faults.take('before', number.id, recipientOf(request, number));
  if (fault && (await failBefore(fault, reply))) return reply;
  const now = Date.now();
  if (!throughput.allows(number.id, rateOf(number), now)) {
    throw new GraphError(130429, 'Cloud API message throughput has been reached');
  }
  const body = jsonBody(request);
  if (body.status === 'read' && typeof body.message_id === 'string') return reply.send({ success: true });
  const wanted = readSendRequest(body, number, { endpoint, nationalVariants: settings.nationalVariants });
  const waba = world.wabaOf(number);
  const template = findTemplate(waba, wanted);
  const failure = checkTemplateParameters(waba.templates.compiledOf(template), wanted.components);
  if (failure) throw new GraphError(failure.code, failure.details);
  checkRoute(endpoint, waba, template, wanted);
  if (!pairRate.allows(number.id, wanted.to, now)) {
    throw new GraphError(
      131056,
      'Too many messages sent from this phone number to the same user phone number',
    );
  }
  return accept({ simulation, endpoint, number, template, wanted }, reply);
}

function checkNumber(number: PhoneNumber): void {
  const status = statusOf(number);
  if (!number.isRegistered) {
    throw new GraphError(133010, 'The phone number is not registered on the WhatsApp Business Platform');
  }
  if (status !== 'CONNECTED')
    throw new GraphError(131031, `The phone number is ${status} and cannot send messages`);
}

/** Digits of the recipient for the choice of a fault, before anything is known to be valid. */
function recipientOf(request: FastifyRequest, number: PhoneNumber): string | undefined {
  const to = parseLoosely(request.body)?.to;
  if (typeof to !== 'string') return undefined;
  const digits = to.replace(/\D/g, '');
  return to.trim().startsWith('+') ? digits : number.countryCode + digits;
}

function findTemplate(waba: Waba, { templateName, language }: SendRequest): TemplateNode {
  const template = waba.templates.find(templateName, language);
  if (template?.status === 'PAUSED')
    throw new GraphError(132015, 'The template is paused due to low quality');
  if (template?.status === 'DISABLED') throw new GraphError(132016, 'The template is disabled for good');
  if (template?.status === 'APPROVED') return template;
  throw new GraphError(132001, `template name (${templateName}) does not exist in ${language}`);
}

function checkRoute(endpoint: Endpoint, waba: Waba, template: TemplateNode, wanted: SendRequest): void {
  const isMarketing = template.category === 'MARKETING';
  if (endpoint === 'messages') {
    if (!isMarketing || !waba.marketingDisabledOnCloudApi) return;
    throw new GraphError(131063, 'Marketing templates must be sent through the Marketing Messages API');
  }
  if (!isMarketing) {
    // The platform documents both codes for this case; one category each, so that a client meets both.
    const code = template.category === 'AUTHENTICATION' ? 131055 : 134100;
    throw new GraphError(code, 'The Marketing Messages API sends templates of category MARKETING only');
  }
  if (wanted.isStrict && !waba.marketingMessagesOnboarded) {
    throw new GraphError(134102, 'The business account is not onboarded to the Marketing Messages API');
  }
}

interface Accepted {
  simulation: Simulation;
  endpoint: Endpoint;
  number: PhoneNumber;
  template: TemplateNode;
  wanted: SendRequest;
}

async function accept(accepted: Accepted, reply: FastifyReply): Promise<FastifyReply> {
  const { simulation, endpoint, number, template, wanted } = accepted;
  const { input, to, waId, callbackData, components } = wanted;
  const fault = simulation.faults.take('after', number.id, to);
  const wamid = createWamid(waId, 'outbound');
  const isMarketing = template.category === 'MARKETING';
  const { row, nth } = simulation.ledger.accept({
    wamid,
    phoneNumberId: number.id,
    input,
    to,
    waId,
    callbackData,
    acceptedAt: Date.now(),
    endpoint,
    template: template.name,
    language: template.language,
    category: template.category,
    components,
    profile: simulation.engine.profileFor(number, { to, waId }, isMarketing),
    answer: answerOf(fault),
  });
  const button = row.profile === 'taps_stop' ? stopButtonOf(template, components) : undefined;
  await simulation.engine.accepted(number, row, nth, button);
  if (fault && (await failAfter(fault, reply))) return reply;
  return reply.send({
    messaging_product: 'whatsapp',
    contacts: [{ input, wa_id: waId }],
    messages: [{ id: wamid, message_status: 'accepted' }],
  });
}

/** The quick reply a user would tap to stop: the one that says so, else the first; with its payload if one was sent. */
function stopButtonOf(template: TemplateNode, components: unknown): TappableButton | undefined {
  const buttons = template.components.find(({ type }) => type === 'BUTTONS')?.buttons ?? [];
  const replies = buttons.flatMap(({ type, text }, index) =>
    type === 'QUICK_REPLY' ? [{ index, text: text ?? '' }] : [],
  );
  const tapped = replies.find(({ text }) => /stop/i.test(text)) ?? replies[0];
  if (!tapped) return undefined;
  const sent = (Array.isArray(components) ? components : []) as {
    type?: string;
    index?: string | number;
    parameters?: { payload?: string }[];
  }[];
  const component = sent.find(
    ({ type, index }) => type?.toLowerCase() === 'button' && Number(index) === tapped.index,
  );
  return { text: tapped.text, payload: component?.parameters?.[0]?.payload ?? tapped.text };
}

const ANSWERS: Partial<Record<FaultRule['action'], AnswerKind>> = {
  accept_then_drop: 'dropped',
  accept_then_delay: 'delayed',
  accept_then_html: 'html',
  accept_then_error: 'error',
};

const answerOf = (fault: FaultRule | undefined): AnswerKind => (fault && ANSWERS[fault.action]) ?? 'ok';

/** Carries out a fault before acceptance; true when the call is over with it. */
async function failBefore(fault: FaultRule, reply: FastifyReply): Promise<boolean> {
  if (fault.action === 'delay') {
    await pause(fault.delayMs ?? 0);
    return false;
  }
  return end(fault, reply);
}

/** Carries out a fault after acceptance; true when the call is over with it. */
async function failAfter(fault: FaultRule, reply: FastifyReply): Promise<boolean> {
  if (fault.action === 'accept_then_delay') {
    await pause(fault.delayMs ?? 0);
    return false;
  }
  return end(fault, reply);
}

function end(fault: FaultRule, reply: FastifyReply): true {
  if (fault.action.endsWith('drop')) {
    reply.hijack();
    reply.raw.socket?.destroy();
    return true;
  }
  if (fault.action.endsWith('html')) {
    const page = '<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>';
    void reply
      .status(fault.status ?? 502)
      .type('text/html')
      .send(page);
    return true;
  }
  const { status, code, subcode, details, retryAfterSeconds } = fault;
  throw new GraphError(code ?? 131000, details ?? 'Injected fault', { status, subcode, retryAfterSeconds });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());
