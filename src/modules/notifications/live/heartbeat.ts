import { Injectable } from '@nestjs/common';
import { RepeatingWork } from '../../../platform/queue/repeating-work.js';
import { LiveConnections } from './live-connections.js';

/** Tells dead sockets from silent ones, and looks again whether each channel still exists. */
@Injectable()
export class Heartbeat extends RepeatingWork {
  protected readonly everyMs = 30_000;

  constructor(private readonly connections: LiveConnections) {
    super();
  }

  work(): Promise<void> {
    for (const connection of this.connections.all()) {
      if (connection.beat()) this.connections.within(connection, () => this.connections.reload(connection));
    }
    return Promise.resolve();
  }
}
