import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GraphError, unknownObject } from '../graph/graph-errors.js';
import { authenticate, jsonBody, pathOf, queryOf, VERSION } from '../graph/graph-request.js';
import { pageOf, pagingBlock, project } from '../graph/listing.js';
import type { TemplateNode } from '../seed.js';
import type { Simulation } from '../simulation.js';
import { templateStatusUpdate } from '../webhooks/updates.js';
import { TEMPLATE_DEFAULTS } from './nodes.routes.js';
import { readComponents, readNewTemplate } from './template-input.js';
import type { Waba, World } from './world.js';

const FILTERS = ['name', 'status', 'category', 'language'] as const;

/** Listing and management of message templates (WhatsApp Cloud API, template management). */
export function registerTemplateRoutes(server: FastifyInstance, simulation: Simulation): void {
  registerCollection(server, simulation);
  registerSingle(server, simulation);
}

function registerCollection(server: FastifyInstance, simulation: Simulation): void {
  const { world, emitter } = simulation;

  server.get(`${VERSION}/:id/message_templates`, (request, reply) => {
    const templates = wabaOf(world, request).templates.list().filter(filterOf(request));
    const cursors = { after: queryOf(request, 'after'), before: queryOf(request, 'before') };
    const page = pageOf(templates, { ...cursors, limit: queryOf(request, 'limit') });
    const data = page.items.map((template) =>
      project(template, queryOf(request, 'fields'), TEMPLATE_DEFAULTS),
    );
    return reply.send({ data, paging: pagingBlock(page, new URL(request.url, `http://${request.host}`)) });
  });

  server.post(`${VERSION}/:id/message_templates`, (request, reply) => {
    const waba = wabaOf(world, request);
    const input = readNewTemplate(jsonBody(request));
    if (waba.templates.find(input.name, input.language)) {
      const details = `There is already ${input.language} content for this template`;
      throw new GraphError(100, details, { subcode: 2388024 });
    }
    const template: TemplateNode = {
      id: freshId(world),
      status: 'PENDING',
      rejected_reason: 'NONE',
      ...input,
    };
    waba.templates.put(template);
    world.saveTemplates(waba);
    approveLater(simulation, waba, template);
    return reply.send({ id: template.id, status: template.status, category: template.category });
  });

  server.delete(`${VERSION}/:id/message_templates`, (request, reply) => {
    const waba = wabaOf(world, request);
    const [name, id] = [queryOf(request, 'name'), queryOf(request, 'hsm_id')];
    if (name === undefined && id === undefined)
      throw new GraphError(100, "Parameter 'name' or 'hsm_id' is required");
    const gone = waba.templates.list().filter((t) => (id === undefined ? t.name === name : t.id === id));
    if (gone.length === 0)
      throw new GraphError(100, 'The message template does not exist', { subcode: 2593002 });
    for (const template of gone) {
      waba.templates.remove(template);
      emitter.emit(templateStatusUpdate(waba.id, { ...template, status: 'DELETED' }));
    }
    world.saveTemplates(waba);
    return reply.send({ success: true });
  });
}

function registerSingle(server: FastifyInstance, simulation: Simulation): void {
  const { world } = simulation;

  server.post(`${VERSION}/:id`, (request, reply) => {
    const { waba, template } = templateOf(world, request);
    const changed = {
      ...template,
      components: readComponents(jsonBody(request).components),
      status: 'PENDING',
    };
    waba.templates.put(changed);
    world.saveTemplates(waba);
    approveLater(simulation, waba, changed);
    return reply.send({ success: true });
  });

  server.post(`${VERSION}/:id/unpause`, (request, reply) => {
    const { waba, template } = templateOf(world, request);
    if (template.status !== 'PAUSED') throw new GraphError(100, 'The message template is not paused');
    changeStatus(simulation, waba, { ...template, status: 'APPROVED' }, 'UNPAUSE');
    return reply.send({ success: true });
  });
}

/** Puts a template in another state and tells it by webhook. */
export function changeStatus(
  simulation: Simulation,
  waba: Waba,
  template: TemplateNode,
  title?: string,
): void {
  waba.templates.put(template);
  simulation.world.saveTemplates(waba);
  simulation.emitter.emit(templateStatusUpdate(waba.id, template, title));
}

function approveLater(simulation: Simulation, waba: Waba, template: TemplateNode): void {
  const { templateApprovalMs, timeScale } = simulation.settings;
  simulation.later.add(() => {
    const current = waba.templates.get(template.id);
    if (current?.status === 'PENDING') changeStatus(simulation, waba, { ...current, status: 'APPROVED' });
  }, templateApprovalMs * timeScale);
}

function wabaOf(world: World, request: FastifyRequest): Waba {
  const token = authenticate(world, request, 'whatsapp_business_management');
  return world.wabaFor(token, pathOf(request, 'id'), request.method);
}

function templateOf(world: World, request: FastifyRequest): { waba: Waba; template: TemplateNode } {
  const token = authenticate(world, request, 'whatsapp_business_management');
  const id = pathOf(request, 'id');
  const found = world.findTemplate(id);
  if (!found || !token.wabaIds.includes(found.waba.id)) throw unknownObject(request.method, id);
  return found;
}

function filterOf(request: FastifyRequest): (template: TemplateNode) => boolean {
  const wanted = FILTERS.flatMap((name) => {
    const value = queryOf(request, name);
    return value === undefined ? [] : [{ name, value }];
  });
  return (template) =>
    wanted.every(({ name, value }) => template[name].toUpperCase() === value.toUpperCase());
}

function freshId(world: World): string {
  const digits = (): string => String(Math.floor(Math.random() * 1e9)).padStart(9, '0');
  for (;;) {
    const id = `172${digits()}${digits().slice(0, 4)}`;
    if (!world.findTemplate(id) && !world.numbers.has(id) && !world.wabas.has(id)) return id;
  }
}
