import { Injectable } from '@nestjs/common';
import { EVERYWHERE } from '../access/index.js';
import { ContactListsService } from '../contact-lists/index.js';
import { OutboundSettingsService } from '../outbound-settings/index.js';
import { CallableTimeSetsService } from './callable-times/callable-time-sets.service.js';
import { CallableWindows } from './callable-times/callable-window.js';
import type { DispatchCampaign } from './campaign-lifecycle.service.js';
import type { DigitalRule } from './digital-rules/digital-rule.js';
import { DigitalRuleSetsService } from './digital-rules/digital-rule-sets.service.js';

/** When the contacts of a campaign may be messaged. */
export interface CampaignCallableTimes {
  windows: CallableWindows;
  /** By WhatsApp column, the column with the time zone. */
  timeColumns: Readonly<Record<string, string>>;
  /** False: a contact whose window is closed is passed over for good (Genesys Cloud API, outbound settings). */
  reschedules: boolean;
}

/** What happens to contacts of a campaign by rule. */
export interface CampaignDigitalRules {
  /** In the order in which they are applied. */
  rules: DigitalRule[];
  /** By WhatsApp column of the contact list, its type. */
  addressTypes: Readonly<Record<string, string>>;
}

// A change of times or rules acts within this time.
const FRESH_MS = 1_000;

interface Cached<T> {
  until: number;
  value: Promise<T>;
}

/** What else than lists and templates a campaign keeps to, for the engine, which asks for every few messages. */
@Injectable()
export class CampaignConstraints {
  private readonly times = new Map<string, Cached<CampaignCallableTimes | undefined>>();
  private readonly rules = new Map<string, Cached<CampaignDigitalRules>>();

  constructor(
    private readonly callableTimes: CallableTimeSetsService,
    private readonly digitalRules: DigitalRuleSetsService,
    private readonly contactLists: ContactListsService,
    private readonly settings: OutboundSettingsService,
  ) {}

  /** The callable times of a campaign; undefined when its contacts may be messaged at any time. */
  callableTimesOf(campaign: DispatchCampaign): Promise<CampaignCallableTimes | undefined> {
    const { callableTimeSetId: setId, contactListId } = campaign;
    if (setId === null) return Promise.resolve(undefined);
    return remembered(this.times, `${setId}:${contactListId}`, () => this.loadTimes(setId, contactListId));
  }

  /** The digital rules of a campaign in the order in which they are applied. */
  digitalRulesOf({ ruleSetIds, contactListId }: DispatchCampaign): Promise<CampaignDigitalRules> {
    if (ruleSetIds.length === 0) return Promise.resolve({ rules: [], addressTypes: {} });
    return remembered(this.rules, [contactListId, ...ruleSetIds].join(), async () => {
      const [sets, [list]] = await Promise.all([
        this.digitalRules.find(EVERYWHERE, ruleSetIds),
        this.contactLists.find(EVERYWHERE, [contactListId]),
      ]);
      const rules = ruleSetIds
        .flatMap((id) => sets.filter((set) => set.id === id))
        .flatMap((set) => [...set.rules].sort((a, b) => a.order - b.order));
      return { rules, addressTypes: list?.addressTypes ?? {} };
    });
  }

  private async loadTimes(setId: string, contactListId: string): Promise<CampaignCallableTimes> {
    const [[set], [list], settings] = await Promise.all([
      this.callableTimes.find([setId]),
      this.contactLists.find(EVERYWHERE, [contactListId]),
      this.settings.get(),
    ]);
    return {
      windows: new CallableWindows(set?.callableTimes ?? []),
      timeColumns: list?.timeColumns ?? {},
      reschedules: settings.rescheduleTimeZoneSkippedContacts,
    };
  }
}

function remembered<T>(cache: Map<string, Cached<T>>, key: string, load: () => Promise<T>): Promise<T> {
  const now = performance.now();
  const cached = cache.get(key);
  if (cached && cached.until > now) return cached.value;
  for (const [other, { until }] of cache) if (until < now) cache.delete(other);
  const value = load();
  cache.set(key, { until: now + FRESH_MS, value });
  value.catch(() => cache.delete(key));
  return value;
}
