import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { Config } from '../../../platform/config/config.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError, reasonsError } from '../../../platform/errors/api-error.js';
import type { Caller } from '../../access/index.js';
import { LiveStream } from '../live/live-stream.js';
import { parseTopic, type Topic } from '../topics.js';
import { CHANNELS_PATH, type ChannelTopicView, type ChannelView } from './channel.dto.js';
import { type Channel, ChannelsRepository } from './channels.repository.js';
import { type Rejection, TopicAccess } from './topic-access.service.js';

export const SOCKETS_PATH = '/notifications/channels';
const MAX_CHANNELS = 20;
const MAX_SUBSCRIPTIONS = 1_000;

type Judged = Topic & { rejection?: Rejection };

/** Channels of users and apps, and what they listen to (Genesys Cloud API, notifications). */
@Injectable()
export class ChannelsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly channels: ChannelsRepository,
    private readonly access: TopicAccess,
    private readonly stream: LiveStream,
    private readonly config: Config,
  ) {}

  /** A new channel. The 21st of a user and app takes the place of the one not used for longest. */
  async create({ identity }: Caller): Promise<ChannelView> {
    return this.uow.run(async () => {
      await this.channels.lockOwner(identity);
      const gone = await this.channels.evict(identity, MAX_CHANNELS - 1);
      if (gone.length > 0) await this.uow.afterCommit(() => this.tell(gone));
      return this.view(await this.channels.insert(identity, randomBytes(32).toString('base64url')));
    });
  }

  async list({ identity }: Caller): Promise<ChannelView[]> {
    return (await this.channels.findOf(identity)).map((channel) => this.view(channel));
  }

  /** Throws 404 unless the channel exists and is one of the user and app. */
  async require({ identity }: Caller, id: string): Promise<Channel> {
    const channel = isUUID(id, 'loose') ? await this.channels.find(id) : undefined;
    if (channel?.subjectId === identity.subjectId && channel.clientId === identity.clientId) return channel;
    throw new ApiError('not-found', 'notification.channel.not.found', 'There is no channel {id}.', {
      params: { id },
    });
  }

  /** What the channel is subscribed to, and whether that is permitted now. Throws 404. */
  async subscriptions(caller: Caller, id: string): Promise<ChannelTopicView[]> {
    const channel = await this.require(caller, id);
    const topics = (await this.channels.findTopics(channel.id)).flatMap((name) => parseTopic(name) ?? []);
    return this.views(channel.id, await this.judge(caller, topics));
  }

  /** Subscribes to more topics. Throws as `replace` does. */
  add(caller: Caller, id: string, asked: Asked): Promise<ChannelTopicView[]> {
    return this.subscribe(caller, id, { ...asked, keep: true });
  }

  /**
   * Subscribes to these topics and no others. Throws 404 for the channel, 400 `notification.invalid.topic` with all
   * topics that do not exist, 400 when there are too many, and unless errors are ignored 403 or 404 with every topic
   * that is out of reach.
   */
  replace(caller: Caller, id: string, asked: Asked): Promise<ChannelTopicView[]> {
    return this.subscribe(caller, id, { ...asked, keep: false });
  }

  private async subscribe(
    caller: Caller,
    id: string,
    { names, ignoreErrors, keep }: Asked & { keep: boolean },
  ): Promise<ChannelTopicView[]> {
    const channel = await this.require(caller, id);
    const judged = await this.judge(caller, parseAll(names));
    const rejected = judged.filter(({ rejection }) => rejection);
    if (rejected.length > 0 && !ignoreErrors) throw rejectedError(rejected);
    const permitted = judged.filter(({ rejection }) => !rejection).map(({ name }) => name);
    await this.uow.run(async () => {
      await this.channels.prolong(channel.id);
      const kept = keep ? await this.channels.findTopics(channel.id) : [];
      const topics = [...new Set([...kept, ...permitted])];
      if (topics.length > MAX_SUBSCRIPTIONS) throw tooManySubscriptions();
      await this.channels.setTopics(channel.id, topics);
      await this.uow.afterCommit(() => this.tell([channel.id]));
    });
    return this.views(channel.id, judged);
  }

  private async judge(caller: Caller, topics: Topic[]): Promise<Judged[]> {
    const { subjectId } = caller.identity;
    const listener = { subjectId, scope: caller.scope.bind(caller) };
    const rejections = await this.access.judge(listener, topics);
    return topics.map((topic, at) => ({ ...topic, rejection: rejections[at] }));
  }

  // Whichever process has the sockets of the channels looks at them again.
  private tell(channelIds: string[]): Promise<void> {
    return this.stream.append(channelIds.map((channelId) => ({ type: 'channel', channelId })));
  }

  private view({ id, connectToken, expiresAt }: Channel): ChannelView {
    const base = this.config.publicUrl.replace(/^http/u, 'ws');
    return {
      connectUri: `${base}${SOCKETS_PATH}/${id}?token=${connectToken}`,
      id,
      expires: expiresAt.toISOString(),
    };
  }

  private views(channelId: string, judged: Judged[]): ChannelTopicView[] {
    return judged.map(({ name, rejection }) => ({
      id: name,
      state: rejection ? 'Rejected' : 'Permitted',
      rejectionReason: rejection?.reason,
      missingPermissions: rejection?.missingPermissions,
      selfUri: `${CHANNELS_PATH}/${channelId}/subscriptions`,
    }));
  }
}

/** Topics somebody asks for. */
export interface Asked {
  names: readonly string[];
  /** Leave out what is out of reach instead of refusing everything. */
  ignoreErrors: boolean;
}

function parseAll(names: readonly string[]): Topic[] {
  if (names.length > MAX_SUBSCRIPTIONS) throw tooManySubscriptions();
  const parsed = names.map((name) => ({ name, topic: parseTopic(name) }));
  const unknown = parsed.filter(({ topic }) => !topic);
  if (unknown.length > 0) {
    throw reasonsError(
      unknown.map(({ name }) => ({
        code: 'notification.invalid.topic',
        message: `There is no topic "${name}"; availabletopics lists all.`,
      })),
    );
  }
  return parsed.map(({ topic }) => topic!);
}

function rejectedError(rejected: Judged[]): ApiError {
  const isForbidden = rejected.some(({ rejection }) => rejection!.missingPermissions.length > 0);
  return reasonsError(
    rejected.map(({ name, rejection }) => ({
      code: rejection!.missingPermissions.length > 0 ? 'missing.permissions' : 'notification.topic.not.found',
      message: `${name}: ${rejection!.reason}.`,
    })),
    isForbidden ? 'forbidden' : 'not-found',
  );
}

function tooManySubscriptions(): ApiError {
  return new ApiError(
    'invalid',
    'notification.subscription.too.many.subscriptions',
    'A channel may have up to {max} subscriptions.',
    { params: { max: MAX_SUBSCRIPTIONS } },
  );
}
