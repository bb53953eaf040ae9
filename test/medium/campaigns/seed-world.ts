import { randomUUID } from 'node:crypto';
import { RunWorld } from '../dispatch/run-world.js';

/**
 * What whoever asked for WhatsApp campaigns wrote down as their rules. Each has a test that begins with its number: those
 * about what a campaign may be, and those about what happens when it runs.
 */
export const DEFINITION_RULES = {
  S1: 'A name may have spaces and special characters and is unique.',
  S2: 'A name has at most 64 characters.',
  S3: 'A campaign belongs to the division that is named, else to Home.',
  S4: 'A contact list without WhatsApp columns can not be used, and the reason is told.',
  S5: 'A contact list without contacts can not be used, and the reason is told.',
  S6: 'A contact list whose import failed can not be used, and the reason is told.',
  S7: 'A contact list whose import is under way can not be used, and the reason is told.',
  S8: 'Pickers find contact lists by a part of their name and give the reasons.',
  S9: 'A filter belongs to the list and limits the messages to contacts that match.',
  S10: 'More messages per minute than the limit are an error.',
  S11: 'Nobody on a DNC list of the campaign is messaged.',
  S12: 'A DNC list without entries can not be used, and the reason is told.',
  S13: 'A DNC list whose import failed wholly or partly can not be used, and the reason is told.',
  S14: 'A DNC list of another contact method can not be used, and the reason is told.',
  S15: 'Pickers find DNC lists by a part of their name and give the reasons.',
  S16: 'The WhatsApp column is one of the list that holds phone ids.',
  S17: 'The template is one of WhatsApp, and has a column or a default value for each placeholder.',
  S18: 'The integration is an active one of WhatsApp.',
  S25: 'Attempt control and wrap-up mappings do not apply and are no error.',
  S24: 'At most 1,000 campaigns; the message tells what to do.',
} as const;

export const RUN_RULES = {
  S19: 'A campaign that is always running waits for more contacts.',
  S20: 'Up to four sorts: ascending unless told otherwise, the first counts most.',
  S21: 'A numeric sort goes by value, any other by text.',
  S22: 'ISO dates sort right; dates as mm/dd/yy sort as text.',
  S23: 'Sorting happens at the start; later contacts are messaged and not sorted in.',
  S26: 'A message ends as sent or failed, and its delivery status is shown.',
} as const;

export const CAMPAIGNS = '/api/v2/outbound/messagingcampaigns';
export const LISTS = '/api/v2/outbound/contactlists';
export const DNC_LISTS = '/api/v2/outbound/dnclists';

/** A test for each rule, named by it; a rule without one does not compile. */
export function testRules<T extends Record<string, string>>(
  rules: T,
  tests: Record<keyof T, () => Promise<void>>,
): void {
  it.each(Object.keys(rules).map((number) => [number, rules[number]!] as const))('[%s] %s', (number) =>
    tests[number]!(),
  );
}

/** What the tests of the rules make their campaigns of. */
export class SeedWorld {
  private phones = 4915200000000;

  private constructor(readonly runs: RunWorld) {}

  static async start(): Promise<SeedWorld> {
    const world = new SeedWorld(await RunWorld.start({ webhooks: true }));
    await world.runs.anIntegration();
    return world;
  }

  close(): Promise<void> {
    return this.runs.close();
  }

  /** A new number for which the simulator has no special behaviour. */
  phone(): string {
    this.phones += this.phones % 100 >= 70 ? 100 - (this.phones % 100) : 1;
    return String(this.phones);
  }

  aList(rows?: Record<string, string>[]): Promise<string> {
    return this.runs.aList(rows ?? [{ wa: this.phone() }]);
  }

  async body(listId: string, changes: object = {}): Promise<object> {
    return {
      name: `Campaign ${randomUUID()}`,
      contactList: { id: listId },
      messagesPerMinute: 4_000,
      whatsAppConfig: {
        whatsAppColumns: ['wa'],
        whatsAppIntegration: { id: await this.runs.anIntegration() },
        contentTemplate: { id: await this.runs.aTemplate() },
      },
      ...changes,
    };
  }

  async aDncList(numbers: string[], changes: object = {}): Promise<string> {
    const definition = { name: `DNC ${randomUUID()}`, dncSourceType: 'rds', contactMethod: 'WhatsApp' };
    const { id } = await this.runs.created(DNC_LISTS, { ...definition, ...changes });
    if (numbers.length > 0) {
      await this.runs.app.admin
        .patch(`${DNC_LISTS}/${id}/whatsappnumbers`)
        .send({ action: 'Add', whatsAppNumbers: numbers })
        .expect(204);
    }
    return id;
  }
}
