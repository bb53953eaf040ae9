import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { DataSourceOptions } from 'typeorm';
import { UnitOfWork } from './unit-of-work.js';

/** The connection to PostgreSQL, and the unit of work over it. */
@Module({})
export class DatabaseModule {
  static of(options: DataSourceOptions): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      imports: [TypeOrmModule.forRoot({ ...options, autoLoadEntities: false, retryAttempts: 0 })],
      providers: [UnitOfWork],
      exports: [UnitOfWork, TypeOrmModule],
    };
  }
}
