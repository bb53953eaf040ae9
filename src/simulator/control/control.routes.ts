import type { FastifyInstance, FastifyRequest } from 'fastify';
import { jsonBody, pathOf, queryOf, sameSecret } from '../graph/graph-request.js';
import type { LedgerFilter } from '../sending/ledger.js';
import { explainFault, type FaultRule } from '../sending/faults.js';
import type { Simulation } from '../simulation.js';
import { applyConfig } from './apply-config.js';
import { ControlError } from './control-error.js';
import { applyProfiles } from './apply-profiles.js';
import { sendInbound } from './send-inbound.js';
import { changeTemplate } from './change-template.js';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const MAX_LEDGER_PAGE = 10_000;

/** Control and observation, guarded by the control key; without a key they answer to this machine only. */
export function registerControlRoutes(
  server: FastifyInstance,
  simulation: Simulation,
  key: string | undefined,
): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const given = request.headers['x-sim-key'];
    const allowed =
      key === undefined ? LOOPBACK.has(request.ip) : typeof given === 'string' && sameSecret(given, key);
    done(allowed ? undefined : new ControlError(401, ['x-sim-key: the control key is missing or wrong']));
  });
  server.setErrorHandler((error, _request, reply) => {
    const status = error instanceof ControlError ? error.status : 400;
    const errors =
      error instanceof ControlError
        ? error.reasons
        : [error instanceof Error ? error.message : String(error)];
    return reply.status(status).send({ errors });
  });
  registerObservation(server, simulation);
  registerFaultRoutes(server, simulation);
  registerChanges(server, simulation);
}

function registerObservation(server: FastifyInstance, simulation: Simulation): void {
  server.get('/__sim/health', (_request, reply) => {
    const uptimeMs = Date.now() - simulation.startedAt;
    return reply.send({ status: 'ok', uptimeMs, rssBytes: process.memoryUsage.rss() });
  });

  server.get('/__sim/ledger', (request, reply) => {
    const limit = Math.min(numberOf(request, 'limit') ?? 100, MAX_LEDGER_PAGE);
    const page = simulation.ledger.page(filterOf(request), numberOf(request, 'after') ?? 0, limit);
    return reply.send({ totals: simulation.ledger.totals(), ...page });
  });

  server.get('/__sim/ledger/summary', (request, reply) =>
    reply.send(simulation.ledger.summary(numberOf(request, 'prefixSegments'))),
  );

  server.get('/__sim/webhooks', (request, reply) => {
    const { emitter, engine } = simulation;
    const pending = { scheduled: engine.scheduled, ...emitter.pending() };
    const latest = numberOf(request, 'limit') ?? 100;
    return reply.send({ pending, targets: emitter.describeTargets(), ...emitter.log.describe(latest) });
  });

  server.get('/__sim/config', (_request, reply) => reply.send(simulation.settings));
}

function registerFaultRoutes(server: FastifyInstance, { faults }: Simulation): void {
  server.post('/__sim/faults', (request, reply) => {
    const body = jsonBody(request);
    const wanted = Array.isArray(body.faults) ? (body.faults as unknown[]) : [body];
    const reasons = wanted.flatMap(explainFault);
    if (reasons.length > 0) throw new ControlError(400, reasons);
    return reply.send({ ids: wanted.map((fault) => faults.add(fault as FaultRule)) });
  });
  server.get('/__sim/faults', (_request, reply) => reply.send({ faults: faults.list() }));
  server.delete('/__sim/faults', (_request, reply) => {
    faults.clear();
    return reply.send({ success: true });
  });
  server.delete('/__sim/faults/:id', (request, reply) =>
    reply.send({ success: faults.remove(Number(pathOf(request, 'id'))) }),
  );
}

function registerChanges(server: FastifyInstance, simulation: Simulation): void {
  server.post('/__sim/profiles', (request, reply) =>
    reply.send(applyProfiles(simulation.engine.rules, jsonBody(request))),
  );
  server.post('/__sim/config', (request, reply) => reply.send(applyConfig(simulation, jsonBody(request))));
  server.post('/__sim/inbound', (request, reply) => reply.send(sendInbound(simulation, jsonBody(request))));
  server.post('/__sim/templates/:id/status', (request, reply) =>
    reply.send(changeTemplate(simulation, pathOf(request, 'id'), jsonBody(request))),
  );
  server.post('/__sim/reset', (_request, reply) => {
    simulation.reset();
    return reply.send({ success: true });
  });
}

function filterOf(request: FastifyRequest): LedgerFilter {
  return {
    to: queryOf(request, 'to')?.replace(/\D/g, ''),
    wamid: queryOf(request, 'wamid'),
    callback: queryOf(request, 'callback'),
    phoneNumberId: queryOf(request, 'phoneNumberId'),
    template: queryOf(request, 'template'),
    since: numberOf(request, 'since'),
    until: numberOf(request, 'until'),
  };
}

function numberOf(request: FastifyRequest, name: string): number | undefined {
  const text = queryOf(request, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new ControlError(400, [`${name}: must be a whole number`]);
  return value;
}
