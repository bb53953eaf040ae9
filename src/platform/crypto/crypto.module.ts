import { Global, Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { SealedColumns } from './sealed-columns.js';
import { SecretBox } from './secret-box.js';

/** Secrets at rest. */
@Global()
@Module({
  providers: [
    {
      provide: SecretBox,
      inject: [Config],
      useFactory: (config: Config) => new SecretBox(config.encryptionKey),
    },
    SealedColumns,
  ],
  exports: [SealedColumns, SecretBox],
})
export class CryptoModule {}
