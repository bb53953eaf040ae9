import { unknownObject } from '../graph/graph-errors.js';
import type { SeedNumber, SeedToken, SeedWaba, SimulatorSeed, TemplateNode } from '../seed.js';
import { THROUGHPUT } from '../sending/throughput.js';
import type { DurableState, StateFile, Subscription } from '../state.js';
import { TemplateStore } from './template-store.js';

/** A business phone number with its present state. */
export interface PhoneNumber extends SeedNumber {
  wabaId: string;
  digits: string;
  isRegistered: boolean;
  pin: string | undefined;
  /** Overrides the state that follows from the registration (FLAGGED, RESTRICTED, BANNED and so on). */
  status: string | undefined;
}

/** A business account with its present state. */
export interface Waba extends Omit<SeedWaba, 'phoneNumbers' | 'templates'> {
  numbers: PhoneNumber[];
  templates: TemplateStore;
  subscription: Subscription | undefined;
}

/** Changes of a number that tests may make. */
export const NUMBER_FIELDS = [
  'throughputLevel',
  'isOnBizApp',
  'isRegistered',
  'status',
  'qualityRating',
] as const;

/** The accounts behind the Graph API: who exists, who may see what, what survives a restart. */
export class World {
  readonly app: SimulatorSeed['app'];
  readonly portfolio: SimulatorSeed['portfolio'];
  readonly wabas = new Map<string, Waba>();
  readonly numbers = new Map<string, PhoneNumber>();
  readonly tokens = new Map<string, SeedToken>();
  private readonly changedTemplates = new Set<string>();

  constructor(
    seed: SimulatorSeed,
    private readonly stateFile: StateFile,
  ) {
    this.app = { ...seed.app };
    this.portfolio = seed.portfolio;
    for (const token of seed.tokens) this.tokens.set(token.token, { ...token });
    for (const waba of seed.wabas) this.addWaba(waba);
    const state = stateFile.load();
    if (state) this.restore(state);
  }

  /** @throws GraphError 100/33 when the number does not exist or the token may not see it. */
  numberFor(token: SeedToken, id: string, method: string): PhoneNumber {
    const number = this.numbers.get(id);
    if (!number || !token.wabaIds.includes(number.wabaId)) throw unknownObject(method, id);
    return number;
  }

  /** @throws GraphError 100/33 as above. */
  wabaFor(token: SeedToken, id: string, method: string): Waba {
    const waba = this.wabas.get(id);
    if (!waba || !token.wabaIds.includes(id)) throw unknownObject(method, id);
    return waba;
  }

  wabaOf(number: PhoneNumber): Waba {
    return this.wabas.get(number.wabaId)!;
  }

  findTemplate(id: string): { waba: Waba; template: TemplateNode } | undefined {
    for (const waba of this.wabas.values()) {
      const template = waba.templates.get(id);
      if (template) return { waba, template };
    }
    return undefined;
  }

  /** Writes the durable part; call it after every change of it. */
  save(): void {
    const wabas = [...this.wabas.values()];
    this.stateFile.save({
      version: 1,
      numbers: Object.fromEntries(
        [...this.numbers.values()].map(({ id, isRegistered, pin }) => [id, { isRegistered, pin }]),
      ),
      subscriptions: Object.fromEntries(
        wabas.flatMap((waba) => (waba.subscription ? [[waba.id, waba.subscription]] : [])),
      ),
      templates: Object.fromEntries(
        wabas
          .filter((waba) => this.changedTemplates.has(waba.id))
          .map((waba) => [waba.id, waba.templates.list()]),
      ),
    });
  }

  saveTemplates(waba: Waba): void {
    this.changedTemplates.add(waba.id);
    this.save();
  }

  private addWaba({ phoneNumbers, templates, ...rest }: SeedWaba): void {
    const numbers = phoneNumbers.map((number) => ({
      ...number,
      wabaId: rest.id,
      digits: number.displayPhoneNumber.replace(/\D/g, ''),
      isRegistered: number.isRegistered ?? false,
      pin: number.pin,
      status: undefined,
    }));
    this.wabas.set(rest.id, {
      ...rest,
      numbers,
      templates: new TemplateStore(templates),
      subscription: undefined,
    });
    for (const number of numbers) this.numbers.set(number.id, number);
  }

  private restore(state: DurableState): void {
    for (const [id, { isRegistered, pin }] of Object.entries(state.numbers)) {
      const number = this.numbers.get(id);
      if (number) Object.assign(number, { isRegistered, pin });
    }
    for (const [id, subscription] of Object.entries(state.subscriptions)) {
      const waba = this.wabas.get(id);
      if (waba) waba.subscription = subscription;
    }
    for (const [id, templates] of Object.entries(state.templates)) {
      const waba = this.wabas.get(id);
      if (!waba) continue;
      waba.templates = new TemplateStore(templates);
      this.changedTemplates.add(id);
    }
  }
}

/** CONNECTED is the only state that may send. */
export const statusOf = (number: PhoneNumber): string =>
  number.status ?? (number.isRegistered ? 'CONNECTED' : 'DISCONNECTED');

/** Messages per second the number may handle. */
export const rateOf = (number: PhoneNumber): number =>
  number.isOnBizApp ? THROUGHPUT.COEXISTENCE : THROUGHPUT[number.throughputLevel];
