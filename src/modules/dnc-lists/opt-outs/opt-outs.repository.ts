import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { KeptList } from '../dnc-list.entity.js';
import type { OptOutScope, OptOutSignal } from './opt-out-signal.js';

/** A signal whose person is known. */
export type KnownSignal = OptOutSignal & { matchKey: string };

/** One person in one scope, about whom there is something new. */
interface Subject {
  matchKey: string;
  scope: OptOutScope;
  sender: string | null;
}

/** What the newest signal about a person says. */
export interface OptOutState extends Subject {
  whatsAppId: string;
  direction: 'stop' | 'resume';
  source: string;
  signalKey: string;
}

const INSERT = `
  INSERT INTO opt_out_signals (signal_key, match_key, whatsapp_id, scope, sender, direction, source, matched,
                               message_text, context_wamid, signalled_at)
  SELECT s.key, s."matchKey", s."whatsAppId", s.scope, s.sender, s.direction, s.source, s.matched, left(s.text, 200),
         s."contextWamid", s.at
    FROM jsonb_to_recordset($1::jsonb) AS s (
           key text, "matchKey" text, "whatsAppId" text, scope text, sender text, direction text, source text,
           matched text, text text, "contextWamid" text, at timestamptz)
  ON CONFLICT (signal_key) DO NOTHING
  RETURNING match_key AS "matchKey", scope, CASE scope WHEN 'marketing' THEN sender END AS sender`;

// WhatsApp tells whole seconds. Of a stop and a resume in the same one the stop counts.
const NEWEST = `
  SELECT DISTINCT ON (a."matchKey", a.scope, a.sender)
         s.match_key AS "matchKey", s.scope, a.sender, s.whatsapp_id AS "whatsAppId", s.direction, s.source,
         s.signal_key AS "signalKey"
    FROM jsonb_to_recordset($1::jsonb) AS a ("matchKey" text, scope text, sender text)
    JOIN opt_out_signals s
      ON s.match_key = a."matchKey" AND s.scope = a.scope AND (a.scope = 'all' OR s.sender = a.sender)
   ORDER BY a."matchKey", a.scope, a.sender, s.signalled_at DESC, s.direction = 'stop' DESC, s.id DESC`;

const MOST_NAMES = 20;

const FIND_LIST = `
  SELECT id, name FROM dnc_lists WHERE opt_outs = $1 AND opt_outs_sender IS NOT DISTINCT FROM $2`;

// Does nothing when the name is taken, or the list is there by now.
const CREATE_LIST = `
  INSERT INTO dnc_lists (name, division_id, contact_method, opt_outs, opt_outs_sender)
  VALUES ($1, $2, 'WhatsApp', $3, $4)
  ON CONFLICT DO NOTHING`;

export interface OptOutList {
  id: string;
  name: string;
}

/** The evidence for opt-outs, and the lists that hold them. */
@Injectable()
export class OptOutsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Keeps signals that are new, and returns whom they are about, each once. */
  async insert(signals: readonly KnownSignal[]): Promise<Subject[]> {
    const rows = await this.uow.manager.query<Subject[]>(INSERT, [JSON.stringify(signals)]);
    const subjects = rows.map(({ matchKey, scope, sender }): Subject => ({ matchKey, scope, sender }));
    return [...new Map(subjects.map((subject) => [JSON.stringify(subject), subject])).values()];
  }

  /** What counts for each of them by now. */
  findNewest(subjects: readonly Subject[]): Promise<OptOutState[]> {
    return this.uow.manager.query<OptOutState[]>(NEWEST, [JSON.stringify(subjects)]);
  }

  async findList(scope: KeptList, sender: string | null): Promise<OptOutList | undefined> {
    const [list] = await this.uow.manager.query<OptOutList[]>(FIND_LIST, [scope, sender]);
    return list;
  }

  /** The list, made in the division if there is none; under a like name where `name` is taken. */
  async getList(
    name: string,
    divisionId: string,
    { scope, sender }: { scope: KeptList; sender: string | null },
  ): Promise<OptOutList> {
    for (let count = 1; count <= MOST_NAMES; count += 1) {
      const list = await this.findList(scope, sender);
      if (list) return list;
      const params = [count === 1 ? name : `${name} ${count}`, divisionId, scope, sender];
      await this.uow.manager.query(CREATE_LIST, params);
    }
    throw new Error(`No name is free for the list "${name}"`);
  }
}
