// One worker of the product for the benchmarks, or with PROCESS_ROLE=api one API, in a process of its own. Only its edges
// are replaced: which number and template a campaign sends with, and, when PROVIDER is `memory`, the provider itself,
// which then answers after LATENCY_MS and takes as many calls at once as there are connections to a real one.
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { AppModule } from '../../../dist/app.module.js';
import { GraphClient } from '../../../dist/modules/whatsapp/cloud-api/graph-client.js';
import { SenderCache } from '../../../dist/modules/whatsapp/integrations/sender-cache.js';
import { TemplatesService } from '../../../dist/modules/templates/index.js';
import { PROVIDER_CONNECTIONS, WhatsAppService } from '../../../dist/modules/whatsapp/index.js';
import { loadConfig } from '../../../dist/platform/config/load-config.js';
import { createHttpApp } from '../../../dist/platform/http/http-app.js';
import { WorkerModule } from '../../../dist/worker.module.js';
import { META_TEMPLATE, PHONE_NUMBER_ID, TEMPLATE } from './fixtures.mjs';

const perSecond = Number(process.env.INTEGRATION_PER_SECOND ?? 1_000_000);

const senders = new Map();
SenderCache.prototype.known = (id) => {
  if (!senders.has(id)) senders.set(id, senderOf(id));
  return senders.get(id);
};
SenderCache.prototype.get = async (id) => SenderCache.prototype.known(id);
WhatsAppService.prototype.findIntegrations = async (ids) =>
  ids.map((id) => ({
    id,
    name: 'bench',
    phoneNumberId: PHONE_NUMBER_ID,
    wabaId: 'waba',
    messagesPerSecond: perSecond,
    active: true,
  }));
WhatsAppService.prototype.findMetaTemplate = async () => META_TEMPLATE;
WhatsAppService.prototype.explainUnusable = async () => new Map();
TemplatesService.prototype.explainUnusable = async () => new Map();
TemplatesService.prototype.find = async (_scope, ids) => ids.map((id) => ({ ...TEMPLATE, id }));

let accepted = 0;
if (process.env.PROVIDER === 'memory') {
  const latencyMs = Number(process.env.LATENCY_MS ?? 0);
  const send = (message) => {
    if (message.mayStart && !message.mayStart()) return { kind: 'withheld' };
    accepted += 1;
    return { kind: 'accepted', wamid: `wamid.${message.callbackData}`, messageStatus: 'accepted' };
  };
  GraphClient.prototype.prepareToSend = async () => undefined;
  GraphClient.prototype.sendTemplate =
    latencyMs > 0 ? overConnections(send, latencyMs) : async (_sender, message) => send(message);
}

// Every statement that goes to PostgreSQL, by its first words; those of a transaction's frame apart.
const statements = new Map();
const { query } = pg.Client.prototype;
pg.Client.prototype.query = function counted(config, ...rest) {
  const text = typeof config === 'string' ? config : config?.text;
  if (text) {
    const name = text.trim().replace(/\s+/gu, ' ').slice(0, 60);
    statements.set(name, (statements.get(name) ?? 0) + 1);
  }
  return query.call(this, config, ...rest);
};

const config = loadConfig(process.env);
const app =
  config.processRole === 'api'
    ? await createHttpApp(AppModule.of(config), config)
    : await NestFactory.createApplicationContext(WorkerModule.of(config), {
        logger: false,
        abortOnError: false,
      });
if (config.processRole === 'api') await app.listen(config.port, '127.0.0.1');
app.enableShutdownHooks?.([]);
let peakRss = 0;
setInterval(() => (peakRss = Math.max(peakRss, process.memoryUsage.rss())), 100).unref();

process.on('message', async ({ type }) => {
  if (type === 'stats') {
    const { user, system } = process.cpuUsage();
    process.send({
      type,
      accepted,
      peakRss,
      cpuMs: (user + system) / 1000,
      statements: Object.fromEntries(statements),
    });
  }
  if (type === 'reset') {
    statements.clear();
    peakRss = 0;
    process.send({ type });
  }
});
process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
process.once('disconnect', () => process.exit(0));
process.send({ type: 'ready' });

function overConnections(send, latencyMs) {
  const waiting = [];
  let free = PROVIDER_CONNECTIONS;
  const begin = ({ message, resolve }) => {
    const outcome = send(message);
    setTimeout(() => {
      const next = waiting.shift();
      if (next) begin(next);
      else free += 1;
      resolve(outcome);
    }, latencyMs);
  };
  return (_sender, message) =>
    new Promise((resolve) => {
      if (free === 0) return waiting.push({ message, resolve });
      free -= 1;
      begin({ message, resolve });
    });
}

function senderOf(id) {
  const [phoneNumberId, token] = [PHONE_NUMBER_ID, process.env.SIM_TOKEN];
  return {
    id,
    name: 'bench',
    status: 'Active',
    wabaId: 'waba',
    phoneNumberId,
    token,
    marketingOnboarded: false,
  };
}
