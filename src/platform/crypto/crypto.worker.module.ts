import { Injectable, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../config/config.js';
import { SealedColumns } from './sealed-columns.js';

/** Brings stored secrets under the newest encryption key when a worker starts. Several at once do no harm. */
@Injectable()
class KeyRotation implements OnApplicationBootstrap {
  constructor(
    private readonly config: Config,
    private readonly columns: SealedColumns,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.encryptionKey) await this.columns.reseal();
  }
}

@Module({ providers: [KeyRotation] })
export class CryptoWorkerModule {}
