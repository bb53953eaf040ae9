import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { Subject } from '../../access/index.js';

/** A channel: whose it is, and the token that opens its socket. */
export interface Channel extends Subject {
  id: string;
  connectToken: string;
  expiresAt: Date;
}

const COLUMNS = `id, subject_id AS "subjectId", subject_type AS "subjectType", client_id AS "clientId",
  connect_token AS "connectToken", expires_at AS "expiresAt"`;
const LIFE = `interval '24 hours'`;

// Only clears up what nobody can use any more, so it needs no job of its own.
const EVICT = `
  DELETE FROM notification_channels
   WHERE expires_at <= now() OR id IN (
     SELECT id FROM notification_channels
      WHERE subject_id = $1 AND client_id = $2 AND expires_at > now()
      ORDER BY last_used_at DESC, id OFFSET $3)
  RETURNING id`;

const IS_HEARD = `
  SELECT EXISTS (
    SELECT FROM notification_subscriptions s JOIN notification_channels c ON c.id = s.channel_id
     WHERE s.topic = ANY ($1) AND c.expires_at > now()) AS heard`;

/** Channels and their subscriptions. */
@Injectable()
export class ChannelsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Serialises who makes channels for the same user and app, until the transaction ends. */
  async lockOwner({ subjectId, clientId }: Subject): Promise<void> {
    await this.uow.manager.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 69))`, [
      `${subjectId} ${clientId}`,
    ]);
  }

  /** Deletes expired channels, and of the owner those not used for longest beyond `keep`. Answers which. */
  async evict({ subjectId, clientId }: Subject, keep: number): Promise<string[]> {
    const [rows] = await this.uow.manager.query<[{ id: string }[], number]>(EVICT, [
      subjectId,
      clientId,
      keep,
    ]);
    return rows.map(({ id }) => id);
  }

  async insert({ subjectId, subjectType, clientId }: Subject, connectToken: string): Promise<Channel> {
    const [row] = await this.uow.manager.query<[Channel]>(
      `INSERT INTO notification_channels (subject_id, subject_type, client_id, connect_token, expires_at)
       VALUES ($1, $2, $3, $4, now() + ${LIFE}) RETURNING ${COLUMNS}`,
      [subjectId, subjectType, clientId, connectToken],
    );
    return row;
  }

  findOf({ subjectId, clientId }: Subject): Promise<Channel[]> {
    return this.uow.manager.query<Channel[]>(
      `SELECT ${COLUMNS} FROM notification_channels
        WHERE subject_id = $1 AND client_id = $2 AND expires_at > now() ORDER BY created_at, id`,
      [subjectId, clientId],
    );
  }

  async find(id: string): Promise<Channel | undefined> {
    const [row] = await this.uow.manager.query<Channel[]>(
      `SELECT ${COLUMNS} FROM notification_channels WHERE id = $1 AND expires_at > now()`,
      [id],
    );
    return row;
  }

  /** Notes that the channel is in use and locks it until the transaction ends. */
  async touch(id: string): Promise<void> {
    await this.uow.manager.query(
      `UPDATE notification_channels SET last_used_at = clock_timestamp() WHERE id = $1`,
      [id],
    );
  }

  /** Lets the channel live for another day. */
  async prolong(id: string): Promise<void> {
    await this.uow.manager.query(
      `UPDATE notification_channels SET last_used_at = clock_timestamp(), expires_at = now() + ${LIFE}
        WHERE id = $1`,
      [id],
    );
  }

  async findTopics(id: string): Promise<string[]> {
    const rows = await this.uow.manager.query<{ topic: string }[]>(
      `SELECT topic FROM notification_subscriptions WHERE channel_id = $1 ORDER BY topic`,
      [id],
    );
    return rows.map(({ topic }) => topic);
  }

  async setTopics(id: string, topics: readonly string[]): Promise<void> {
    await this.uow.manager.query(
      `DELETE FROM notification_subscriptions WHERE channel_id = $1 AND topic <> ALL ($2)`,
      [id, topics],
    );
    await this.uow.manager.query(
      `INSERT INTO notification_subscriptions (channel_id, topic) SELECT $1, unnest($2::text[])
           ON CONFLICT DO NOTHING`,
      [id, topics],
    );
  }

  /** True when a channel is subscribed to at least one of the topics. */
  async isHeard(topics: readonly string[]): Promise<boolean> {
    const [row] = await this.uow.manager.query<[{ heard: boolean }]>(IS_HEARD, [topics]);
    return row.heard;
  }
}
